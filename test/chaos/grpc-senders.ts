import { fileURLToPath } from 'node:url'
import {
  type Client,
  credentials,
  loadPackageDefinition,
  Metadata,
  type ServiceClientConstructor,
  type ServiceError,
  status,
} from '@grpc/grpc-js'
import { loadSync } from '@grpc/proto-loader'
import { answersOf } from './rest-senders.ts'
import { again, type ItemAnswer, refused, requestOf, type Sender } from './sender.ts'

interface GrpcAnswer {
  readonly conversationId?: string
  readonly items?: Parameters<typeof answersOf>[1]
}

type Unary = (
  request: object,
  metadata: Metadata,
  options: { readonly deadline: number },
  done: (error: ServiceError | null, answer: GrpcAnswer) => void,
) => void

export interface GrpcSenders {
  readonly single: Sender
  readonly batch: Sender
  close(): void
}

const root = fileURLToPath(new URL('../..', import.meta.url))

/** A client made from our protos, as anyone would make it. */
export function grpcSenders(port: number, key: string): GrpcSenders {
  const definition = loadSync('chat4all/v1/messages.proto', { includeDirs: [`${root}proto`] })
  // The loader knows nothing of our package's type.
  const loaded = loadPackageDefinition(definition) as unknown as {
    readonly chat4all: { readonly v1: { readonly MessageService: ServiceClientConstructor } }
  }
  const client = new loaded.chat4all.v1.MessageService(
    `127.0.0.1:${port}`,
    credentials.createInsecure(),
    // A hub that was killed is back within a second or two; the default waits up to two minutes.
    { 'grpc.initial_reconnect_backoff_ms': 100, 'grpc.max_reconnect_backoff_ms': 500 },
  ) as unknown as Client & { readonly Send: Unary; readonly SendBatch: Unary }
  const metadata = new Metadata()
  metadata.set('authorization', `Bearer ${key}`)

  const call = (method: 'Send' | 'SendBatch', request: object) =>
    new Promise<GrpcAnswer | ServiceError>((resolve) => {
      const options = { deadline: Date.now() + 20_000 }
      client[method](request, metadata, options, (error, answer) => resolve(error ?? answer))
    })

  return {
    single: {
      name: 'gRPC Send',
      most: 1,
      async send([item]) {
        if (!item) return []
        const answer = await call('Send', requestOf(item))
        if (answer instanceof Error) return [notAccepted(answer)]
        const { conversationId } = answer
        return [
          conversationId
            ? { kind: 'accepted', conversationId }
            : refused('an answer without a conversation_id'),
        ]
      },
    },
    batch: {
      name: 'gRPC SendBatch',
      most: 10,
      async send(items) {
        const answer = await call('SendBatch', { messages: items.map(requestOf) })
        if (answer instanceof Error) return items.map(() => notAccepted(answer))
        return answersOf(items, answer.items ?? [])
      },
    },
    close: () => client.close(),
  }
}

/** What a connection that breaks looks like, and what asks for a repetition. */
const passing: readonly number[] = [
  status.UNAVAILABLE,
  status.DEADLINE_EXCEEDED,
  status.CANCELLED,
  status.RESOURCE_EXHAUSTED,
]

function notAccepted({ code, message, metadata }: ServiceError): ItemAnswer {
  if (passing.includes(code)) return again(`gRPC ${status[code]}`)
  // The library says INTERNAL when a stream is cut; the hub's own carries its code.
  const own = metadata?.get('c4a-code')[0]
  if (code === status.INTERNAL && own === undefined) return again('gRPC INTERNAL, cut off')
  return refused(`gRPC ${status[code]}: ${message}`)
}
