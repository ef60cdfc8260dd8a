import { batchEnvelopeSchema } from '../rest/schemas/batch.ts'
import { eventQuerySchema, streamQuerySchema } from '../rest/schemas/event.ts'
import { personFrameSchema } from '../rest/schemas/in-app.ts'
import { conversationQuerySchema, pageSchema, positionQuerySchema } from '../rest/schemas/page.ts'
import { searchQuerySchema } from '../rest/schemas/search.ts'
import { attemptQuerySchema } from '../rest/schemas/webhook.ts'
import type { BatchRequest } from './batch-messages.ts'
import type { ConversationRequest } from './create-conversation.ts'
import type { HintFrame, PersonFrame, PersonTokenRequest } from './in-app.ts'
import { invalid } from './invalid.ts'
import type { ConversationPageRequest, PageRequest } from './list-conversations.ts'
import type { EventQuery } from './list-events.ts'
import type { ReadRequest } from './mark-read.ts'
import type { MembersRequest } from './members.ts'
import type { NewParticipant } from './new-participants.ts'
import type { PersonRequest } from './people.ts'
import { type SchemaCheck, schemaCheck } from './schema-check.ts'
import type { SearchRequest } from './search-messages.ts'
import { sendCheck } from './send-check.ts'
import type { SendRequest } from './send-request.ts'
import type { AttemptQuery } from './webhooks/attempt-log.ts'
import type { RedeliverRequest } from './webhooks/webhook-deliveries.ts'
import type { RotateRequest, WebhookChange, WebhookRequest } from './webhooks/webhook-endpoints.ts'

/** The checks of REST's schemas, for requests that come another way. Each throws C4A_BAD_REQUEST. */
export interface Checks {
  readonly isSendRequest: SchemaCheck
  send(value: unknown): SendRequest
  batch(value: unknown): BatchRequest
  conversation(value: unknown): ConversationRequest
  page(value: unknown): PageRequest
  conversations(value: unknown): ConversationPageRequest
  read(value: unknown): ReadRequest
  members(value: unknown): MembersRequest
  person(value: unknown): PersonRequest
  identity(value: unknown): NewParticipant
  search(value: unknown): SearchRequest
  position(value: unknown): { readonly position?: string }
  events(value: unknown): EventQuery
  stream(value: unknown): { readonly after?: string }
  webhook(value: unknown): WebhookRequest
  webhookChange(value: unknown): WebhookChange
  rotation(value: unknown): RotateRequest
  attempts(value: unknown): AttemptQuery
  redelivery(value: unknown): RedeliverRequest
  blobLink(value: unknown): { readonly seconds: number }
  personToken(value: unknown): PersonTokenRequest
  personFrame(value: unknown): PersonFrame | HintFrame
}

export function requestChecks(): Checks {
  const isSendRequest = sendCheck()
  return {
    isSendRequest,
    send: checked<SendRequest>(isSendRequest),
    batch: checked(schemaCheck(batchEnvelopeSchema)),
    conversation: checked(schemaCheck({ $ref: 'ConversationRequest#' })),
    page: checked(schemaCheck(pageSchema)),
    conversations: checked(schemaCheck(conversationQuerySchema)),
    read: checked(schemaCheck({ $ref: 'ReadRequest#' })),
    members: checked(schemaCheck({ $ref: 'MembersRequest#' })),
    person: checked(schemaCheck({ $ref: 'PersonRequest#' })),
    identity: checked(schemaCheck({ $ref: 'IdentityRequest#' })),
    search: checked(schemaCheck(searchQuerySchema)),
    position: checked(schemaCheck(positionQuerySchema)),
    events: checked(schemaCheck(eventQuerySchema)),
    stream: checked(schemaCheck(streamQuerySchema)),
    webhook: checked(schemaCheck({ $ref: 'WebhookRequest#' })),
    webhookChange: checked(schemaCheck({ $ref: 'WebhookChange#' })),
    rotation: checked(schemaCheck({ $ref: 'RotateRequest#' })),
    attempts: checked(schemaCheck(attemptQuerySchema)),
    redelivery: checked(schemaCheck({ $ref: 'RedeliverRequest#' })),
    blobLink: checked(schemaCheck({ $ref: 'BlobLinkRequest#' })),
    personToken: checked(schemaCheck({ $ref: 'PersonTokenRequest#' })),
    personFrame: checked(schemaCheck(personFrameSchema)),
  }
}

function checked<Value>(check: SchemaCheck) {
  return (value: unknown): Value => {
    if (check(value)) return value as Value
    throw invalid(check.errors ?? [])
  }
}
