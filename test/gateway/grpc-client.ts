import {
  type Client,
  credentials,
  loadPackageDefinition,
  Metadata,
  type ServiceClientConstructor,
  type ServiceError,
} from '@grpc/grpc-js'
import { loadSync } from '@grpc/proto-loader'

type Service =
  | 'MessageService'
  | 'ConversationService'
  | 'PeopleService'
  | 'EventService'
  | 'WebhookService'
  | 'BlobService'
  | 'InAppService'
// biome-ignore lint/suspicious/noExplicitAny: tests look into answers field by field.
type Any = any

/** A client as anyone would make it from our protos. */
export interface GrpcClient {
  call(service: Service, method: string, request: object): Promise<Any>
  /** Writes all, ends, and resolves with the one answer. */
  upload(service: Service, method: string, requests: readonly object[]): Promise<Any>
  /** Yields until the stream ends; its error is thrown. Who reads no further has not hung up. */
  stream(service: Service, method: string, request: object): AsyncIterable<Any> & { cancel(): void }
  close(): void
}

export function grpcClient(port: number, key: string | null): GrpcClient {
  const names = ['messages', 'conversations', 'people', 'events', 'webhooks', 'blobs', 'in_app']
  const files = names.map((name) => `chat4all/v1/${name}.proto`)
  const definition = loadSync(files, { includeDirs: ['proto'], longs: Number, defaults: false })
  const { v1 } = (loadPackageDefinition(definition) as Any).chat4all
  const address = `127.0.0.1:${port}`
  const clients = new Map<Service, Any>()
  const metadata = new Metadata()
  if (key !== null) metadata.set('authorization', `Bearer ${key}`)

  const of = (service: Service): Any => {
    let client = clients.get(service)
    if (client === undefined) {
      client = new (v1[service] as ServiceClientConstructor)(address, credentials.createInsecure())
      clients.set(service, client)
    }
    return client
  }
  const deadline = () => ({ deadline: Date.now() + 20_000 })

  return {
    call: (service, method, request) =>
      new Promise((resolve, reject) => {
        of(service)[method](request, metadata, deadline(), (error: ServiceError, answer: Any) =>
          error ? reject(error) : resolve(answer),
        )
      }),
    upload: (service, method, requests) =>
      new Promise((resolve, reject) => {
        const call = of(service)[method](
          metadata,
          deadline(),
          (error: ServiceError, answer: Any) => (error ? reject(error) : resolve(answer)),
        )
        for (const request of requests) call.write(request)
        call.end()
      }),
    stream: (service, method, request) => of(service)[method](request, metadata),
    close() {
      for (const client of clients.values()) (client as Client).close()
    },
  }
}
