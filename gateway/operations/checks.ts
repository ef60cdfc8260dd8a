import type { Ajv, ErrorObject } from 'ajv'
import { batchEnvelopeSchema } from '../rest/schemas/batch.ts'
import { eventQuerySchema, streamQuerySchema } from '../rest/schemas/event.ts'
import { personFrameSchema } from '../rest/schemas/in-app.ts'
import { conversationQuerySchema, pageSchema, positionQuerySchema } from '../rest/schemas/page.ts'
import { searchQuerySchema } from '../rest/schemas/search.ts'
import { attemptQuerySchema } from '../rest/schemas/webhook.ts'
import type { BatchRequest } from './batch-messages.ts'
import type { ConversationRequest } from './create-conversation.ts'
import type { HintFrame, PersonFrame, PersonTokenRequest } from './in-app.ts'
import type { ConversationPageRequest, PageRequest } from './list-conversations.ts'
import type { EventQuery } from './list-events.ts'
import type { ReadRequest } from './mark-read.ts'
import type { MembersRequest } from './members.ts'
import type { NewParticipant } from './new-participants.ts'
import type { PersonRequest } from './people.ts'
import { invalid } from './request-checks.ts'
import type { SearchRequest } from './search-messages.ts'
import { type SendCheck, sendCheck } from './send-check.ts'
import type { SendRequest } from './send-request.ts'
import type { AttemptQuery } from './webhooks/attempt-log.ts'
import type { RedeliverRequest } from './webhooks/webhook-deliveries.ts'
import type { RotateRequest, WebhookChange, WebhookRequest } from './webhooks/webhook-endpoints.ts'

/** The checks of REST's schemas, for requests that come another way. Each throws C4A_BAD_REQUEST. */
export interface Checks {
  readonly isSendRequest: SendCheck
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

export function requestChecks(ajv: Ajv): Checks {
  const isSendRequest = sendCheck(ajv)
  return {
    isSendRequest,
    send: checked<SendRequest>(isSendRequest),
    batch: checked(ajv.compile(batchEnvelopeSchema)),
    conversation: checked(ajv.compile({ $ref: 'ConversationRequest#' })),
    page: checked(ajv.compile(pageSchema)),
    conversations: checked(ajv.compile(conversationQuerySchema)),
    read: checked(ajv.compile({ $ref: 'ReadRequest#' })),
    members: checked(ajv.compile({ $ref: 'MembersRequest#' })),
    person: checked(ajv.compile({ $ref: 'PersonRequest#' })),
    identity: checked(ajv.compile({ $ref: 'IdentityRequest#' })),
    search: checked(ajv.compile(searchQuerySchema)),
    position: checked(ajv.compile(positionQuerySchema)),
    events: checked(ajv.compile(eventQuerySchema)),
    stream: checked(ajv.compile(streamQuerySchema)),
    webhook: checked(ajv.compile({ $ref: 'WebhookRequest#' })),
    webhookChange: checked(ajv.compile({ $ref: 'WebhookChange#' })),
    rotation: checked(ajv.compile({ $ref: 'RotateRequest#' })),
    attempts: checked(ajv.compile(attemptQuerySchema)),
    redelivery: checked(ajv.compile({ $ref: 'RedeliverRequest#' })),
    blobLink: checked(ajv.compile({ $ref: 'BlobLinkRequest#' })),
    personToken: checked(ajv.compile({ $ref: 'PersonTokenRequest#' })),
    personFrame: checked(ajv.compile(personFrameSchema)),
  }
}

interface Validate {
  (value: unknown): boolean
  readonly errors?: readonly ErrorObject[] | null
}

function checked<Value>(validate: Validate) {
  return (value: unknown): Value => {
    if (validate(value)) return value as Value
    throw invalid(validate.errors ?? [])
  }
}
