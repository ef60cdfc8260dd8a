import { blobService } from './blob-service.ts'
import { conversationService } from './conversation-service.ts'
import { eventService } from './event-service.ts'
import { grpcCalls } from './grpc-calls.ts'
import type { GrpcParts } from './grpc-server.ts'
import { inAppService } from './in-app-service.ts'
import { loadProtos } from './load-protos.ts'
import { messageService } from './message-service.ts'
import { peopleService } from './people-service.ts'
import { quickAnswers } from './quick-answers.ts'
import { webhookService } from './webhook-service.ts'
import type { WireServer } from './wire/wire-server.ts'

/** Adds the services of the hub's own protos. */
export function addApi(server: WireServer, parts: GrpcParts): void {
  const { tools, operations, authenticator, metrics, admission, streams } = parts
  const protos = loadProtos()
  const calls = grpcCalls({ authenticator, admission, metrics, log: tools.log })
  server.addService(quickAnswers(protos.messages), messageService(operations, calls))
  server.addService(protos.conversations, conversationService(operations, calls))
  server.addService(protos.people, peopleService(operations, calls))
  server.addService(protos.events, eventService(operations, streams, calls))
  server.addService(protos.webhooks, webhookService(operations, calls))
  server.addService(protos.blobs, blobService(operations, calls))
  server.addService(protos.inApp, inAppService(parts, calls))
}
