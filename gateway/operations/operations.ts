import type { KeyRing } from '../auth/key-ring.ts'
import type { EventFeed } from '../events/event-feed.ts'
import { type FinishUpload, uploadFinisher } from '../media/finish-upload.ts'
import { mediaGate } from '../media/media-gate.ts'
import type { GatewaySettings } from '../settings.ts'
import type { GatewayTools } from '../tools.ts'
import { type Blobs, blobOperations } from './blobs.ts'
import { type CancelMessage, cancelMessageOperation } from './cancel-message.ts'
import { type Checks, requestChecks } from './checks.ts'
import { type CreateConversation, createConversationOperation } from './create-conversation.ts'
import { type DeadLetters, deadLetterOperations } from './dead-letters.ts'
import { type GetMessage, getMessageOperation } from './get-message.ts'
import { type InAppOperations, inAppOperations } from './in-app.ts'
import { type Keys, keyOperations } from './keys.ts'
import { type ListConversations, listConversationsOperation } from './list-conversations.ts'
import { type ListEvents, listEventsOperation } from './list-events.ts'
import { type ListMessages, listMessagesOperation } from './list-messages.ts'
import { type MarkRead, markReadOperation } from './mark-read.ts'
import { type Members, memberOperations } from './members.ts'
import { type PeopleOperations, peopleOperations } from './people.ts'
import { positionTokens } from './position-token.ts'
import { preparer as preparerOf } from './preparer.ts'
import { type Preview, previewOperation } from './preview.ts'
import { readYourWrites as readYourWritesOf } from './read-your-writes.ts'
import { type ReceiveWebhook, receiveWebhookOperation } from './receive-webhook.ts'
import { type SearchMessages, searchMessagesOperation } from './search-messages.ts'
import { type Send, sendOperation } from './send.ts'
import { batchOperation, type OpenBatch } from './send-batch.ts'
import { sendLimit } from './send-limit.ts'
import { type WebhookDeliveries, webhookDeliveries } from './webhooks/webhook-deliveries.ts'
import { type WebhookEndpoints, webhookEndpoints } from './webhooks/webhook-endpoints.ts'

/** Everything that callers can ask for, free of any transport: REST and gRPC call these and cannot differ. */
export interface Operations {
  readonly checks: Checks
  readonly send: Send
  readonly openBatch: OpenBatch
  readonly preview: Preview
  readonly getMessage: GetMessage
  readonly cancelMessage: CancelMessage
  readonly receiveWebhook: ReceiveWebhook
  readonly createConversation: CreateConversation
  readonly listConversations: ListConversations
  readonly members: Members
  readonly people: PeopleOperations
  readonly listMessages: ListMessages
  readonly markRead: MarkRead
  readonly searchMessages: SearchMessages
  readonly listEvents: ListEvents
  readonly keys: Keys
  readonly inApp: InAppOperations
  readonly blobs: Blobs
  readonly finishUpload: FinishUpload
  readonly deadLetters: DeadLetters
  readonly webhooks: WebhookEndpoints
  readonly webhookDeliveries: WebhookDeliveries
}

export function operationsOf(
  tools: GatewayTools,
  settings: GatewaySettings,
  ring: KeyRing,
  feed: EventFeed,
): Operations {
  const { limits } = settings
  const positions = positionTokens(tools.topics)
  const preparer = preparerOf(tools)
  const limit = sendLimit(tools.rateLimits, limits.sendRate)
  const checks = requestChecks()
  const gate = mediaGate(settings.media.types, tools.virusScanner)
  const readYourWrites = readYourWritesOf(
    (position, ms) => tools.waitFor(position, ms),
    positions,
    limits.positionWaitMs,
  )
  return {
    checks,
    send: sendOperation(tools.broker, preparer, positions, limit),
    openBatch: batchOperation(tools.broker, preparer, positions, checks.isSendRequest, limit),
    preview: previewOperation(tools),
    getMessage: getMessageOperation(tools, readYourWrites),
    cancelMessage: cancelMessageOperation(tools, readYourWrites),
    receiveWebhook: receiveWebhookOperation(tools),
    createConversation: createConversationOperation(tools, positions),
    listConversations: listConversationsOperation(tools, readYourWrites),
    members: memberOperations(tools, positions, readYourWrites, limits.positionWaitMs),
    people: peopleOperations(tools, positions, readYourWrites, limits.positionWaitMs),
    listMessages: listMessagesOperation(tools, readYourWrites),
    markRead: markReadOperation(tools, positions),
    searchMessages: searchMessagesOperation(tools),
    listEvents: listEventsOperation(feed),
    keys: keyOperations(tools, ring),
    inApp: inAppOperations(tools, checks.personFrame, limits.personRate),
    blobs: blobOperations(tools, gate, settings.media.publicUrl),
    finishUpload: uploadFinisher(tools.uploads, gate),
    deadLetters: deadLetterOperations(tools),
    webhooks: webhookEndpoints(tools),
    webhookDeliveries: webhookDeliveries(tools, feed),
  }
}
