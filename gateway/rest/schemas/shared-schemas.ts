import { batchAnswerSchema, batchRequestSchema } from './batch.ts'
import { contentPartSchemas } from './content-parts.ts'
import {
  conversationPageSchema,
  conversationRequestSchema,
  conversationSchema,
  createdConversationSchema,
  messagePageSchema,
} from './conversation.ts'
import { deadLetterPageSchema, deadLetterSchema, deadLetterStageSchema } from './dead-letter.ts'
import { eventPageSchema, eventSchema } from './event.ts'
import { createdKeySchema, keyRequestSchema, keySchema } from './key.ts'
import {
  contentSchema,
  deliverySchema,
  factSchema,
  messageDetailSchema,
  messageSchema,
} from './message.ts'
import { problemSchema } from './problem.ts'
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
  factSchema,
  deliverySchema,
  messageSchema,
  messageDetailSchema,
  messagePageSchema,
  conversationRequestSchema,
  conversationSchema,
  createdConversationSchema,
  conversationPageSchema,
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
]
