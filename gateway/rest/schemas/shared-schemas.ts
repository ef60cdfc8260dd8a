import { batchAnswerSchema, batchRequestSchema } from './batch.ts'
import { blobLinkRequestSchema, blobLinkSchema, blobSchema, uploadSchema } from './blob.ts'
import { cancellationSchema } from './cancellation.ts'
import { contentPartSchemas } from './content-parts.ts'
import {
  changedConversationSchema,
  conversationPageSchema,
  conversationRequestSchema,
  conversationSchema,
  createdConversationSchema,
  membersRequestSchema,
  messagePageSchema,
} from './conversation.ts'
import { deadLetterPageSchema, deadLetterSchema, deadLetterStageSchema } from './dead-letter.ts'
import { eventPageSchema, eventSchema } from './event.ts'
import { personTokenRequestSchema, personTokenSchema } from './in-app.ts'
import { createdKeySchema, keyRequestSchema, keySchema } from './key.ts'
import {
  contentSchema,
  deliverySchema,
  factSchema,
  messageDetailSchema,
  messageSchema,
} from './message.ts'
import {
  changedPersonSchema,
  identityRequestSchema,
  personPageSchema,
  personRequestSchema,
  personSchema,
  suggestionsSchema,
} from './person.ts'
import { previewSchema } from './preview.ts'
import { problemSchema } from './problem.ts'
import { readAnswerSchema, readMarkSchema, readRequestSchema } from './read.ts'
import { sendAnswerSchema } from './send-answer.ts'
import { sendContentSchema } from './send-content.ts'
import { sendRequestSchema } from './send-request.ts'
import { textEntitySchema } from './text-entity.ts'
import {
  redeliveredSchema,
  redeliverSchema,
  rotateSchema,
  secretWebhookSchema,
  webhookAttemptPageSchema,
  webhookAttemptSchema,
  webhookChangeSchema,
  webhookRequestSchema,
  webhookSchema,
} from './webhook.ts'

/** The schemas that the OpenAPI document shows under components; in the order in which they refer to each other. */
export const sharedSchemas: readonly object[] = [
  problemSchema,
  textEntitySchema,
  ...contentPartSchemas,
  sendContentSchema,
  sendRequestSchema,
  sendAnswerSchema,
  batchRequestSchema,
  batchAnswerSchema,
  contentSchema,
  previewSchema,
  factSchema,
  deliverySchema,
  messageSchema,
  messageDetailSchema,
  cancellationSchema,
  messagePageSchema,
  readRequestSchema,
  readMarkSchema,
  readAnswerSchema,
  conversationRequestSchema,
  conversationSchema,
  createdConversationSchema,
  membersRequestSchema,
  changedConversationSchema,
  conversationPageSchema,
  identityRequestSchema,
  personRequestSchema,
  personSchema,
  changedPersonSchema,
  personPageSchema,
  suggestionsSchema,
  eventSchema,
  eventPageSchema,
  keyRequestSchema,
  keySchema,
  createdKeySchema,
  deadLetterStageSchema,
  deadLetterSchema,
  deadLetterPageSchema,
  webhookRequestSchema,
  webhookChangeSchema,
  webhookSchema,
  secretWebhookSchema,
  rotateSchema,
  webhookAttemptSchema,
  webhookAttemptPageSchema,
  redeliverSchema,
  redeliveredSchema,
  blobSchema,
  blobLinkRequestSchema,
  blobLinkSchema,
  uploadSchema,
  personTokenRequestSchema,
  personTokenSchema,
]
