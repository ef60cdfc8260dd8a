import type { GatewaySettings } from '../settings.ts'
import type { GatewayTools } from '../tools.ts'
import { type GetMessage, getMessageOperation } from './get-message.ts'
import { positionTokens } from './position-token.ts'
import { preparer as preparerOf } from './preparer.ts'
import { readYourWrites as readYourWritesOf } from './read-your-writes.ts'
import { type ReceiveWebhook, receiveWebhookOperation } from './receive-webhook.ts'
import { strictAjv } from './request-checks.ts'
import { type Send, sendOperation } from './send.ts'
import { batchOperation, type OpenBatch } from './send-batch.ts'

/** Everything that callers can ask for, free of any transport: REST and gRPC call these and cannot differ. */
export interface Operations {
  readonly send: Send
  readonly openBatch: OpenBatch
  readonly getMessage: GetMessage
  readonly receiveWebhook: ReceiveWebhook
}

export function operationsOf(tools: GatewayTools, settings: GatewaySettings): Operations {
  const { limits } = settings
  const positions = positionTokens(tools.topics)
  const preparer = preparerOf(tools)
  const isSendRequest = strictAjv().compile({ $ref: 'SendRequest#' })
  const readYourWrites = readYourWritesOf(
    (position, ms) => tools.waitFor(position, ms),
    positions,
    limits.positionWaitMs,
  )
  return {
    send: sendOperation(tools.broker, preparer, positions),
    openBatch: batchOperation(tools.broker, preparer, positions, isSendRequest),
    getMessage: getMessageOperation(tools, readYourWrites),
    receiveWebhook: receiveWebhookOperation(tools),
  }
}
