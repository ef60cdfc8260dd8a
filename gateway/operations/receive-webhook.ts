import { createHash } from 'node:crypto'
import type { WebhookItem, WebhookRequest } from '../../connectors/contract.ts'
import { headerNames } from '../../domain/headers.ts'
import type { InboundItem } from '../../schemas/types.ts'
import { Chat4AllError } from '../../topology/contract/errors.ts'
import { engineHeaders } from '../../topology/contract/headers.ts'
import type { NewRecord } from '../../topology/contract/record.ts'
import type { GatewayChannel, GatewayEndpoint, GatewayTools } from '../tools.ts'

/** How a webhook ended, for the counter. */
export type WebhookVerdict = 'accepted' | 'refused' | 'handshake' | 'unavailable' | 'unknown'

export interface WebhookAnswer {
  readonly verdict: WebhookVerdict
  /** The body to answer with; empty but for handshakes and for platforms that take an answer. */
  readonly text: string
  readonly isJson: boolean
}

/**
 * Resolves when every item is on stable storage. Throws C4A_NOT_FOUND (no such endpoint), C4A_FORBIDDEN
 * (not from the platform), C4A_UNAVAILABLE (the platform will repeat it).
 */
export type ReceiveWebhook = (
  channel: string,
  endpoint: string,
  request: WebhookRequest,
  traceparent: string,
) => Promise<WebhookAnswer>

type WebhookTools = Pick<
  GatewayTools,
  'broker' | 'codec' | 'clock' | 'ids' | 'channels' | 'topics' | 'revision'
>

export function receiveWebhookOperation(tools: WebhookTools): ReceiveWebhook {
  return async (channelName, endpointId, request, traceparent) => {
    const channel = tools.channels.get(channelName)
    const endpoint = channel?.endpoints.find(({ id }) => id === endpointId)
    if (channel === undefined || endpoint === undefined) throw unknown(channelName, endpointId)

    if (request.method === 'GET') {
      const text = channel.webhook.handshake(request, endpoint)
      if (text === null) throw refused('the handshake does not carry the verify token')
      return { verdict: 'handshake', text, isJson: false }
    }
    // Over the raw bytes, before anything reads them: what is not the platform's is never parsed.
    if (!channel.webhook.verify(request, endpoint)) throw refused('the signature does not match')

    const items = channel.webhook.split(request.body, endpoint)
    if (items.length > 0) {
      const records = recordsOf(items, {
        tools,
        channelName,
        channel,
        endpoint,
        request,
        traceparent,
      })
      await tools.broker.append(records).catch((cause: unknown) => {
        throw notStored(cause)
      })
    }
    const said = channel.webhook.answer?.(request.body)
    const isJson = said !== undefined
    return { verdict: 'accepted', text: isJson ? JSON.stringify(said) : '', isJson }
  }
}

interface Context {
  readonly tools: WebhookTools
  readonly channelName: string
  readonly channel: GatewayChannel
  readonly endpoint: GatewayEndpoint
  readonly request: WebhookRequest
  readonly traceparent: string
}

function recordsOf(items: readonly WebhookItem[], context: Context): readonly NewRecord[] {
  const { tools, channelName, endpoint, request, traceparent } = context
  const topic = tools.topics.inbound[channelName]
  if (topic === undefined) throw new Error(`channel '${channelName}' has no inbound topic`)
  const receivedAt = tools.clock.now()
  const bodyHash = createHash('sha256').update(request.body).digest('hex')

  return items.map((item, index) => {
    const account = accountOf(item, context)
    const tenant = account?.tenant ?? endpoint.tenant
    const value: InboundItem = {
      tenant,
      channel: channelName,
      endpoint: endpoint.id,
      account: account?.id ?? null,
      item: item.item,
      context: item.context,
      bodyHash,
      index,
      count: items.length,
      receivedAt,
    }
    return {
      topic,
      // Keyed with a secret: a chat is often a phone number, and those can be guessed from a plain hash.
      key: tools.ids.participant(tenant, channelName, item.account ?? '', item.chat),
      value: tools.codec.encode('InboundItem', value),
      headers: {
        [headerNames.tenant]: tenant,
        [headerNames.acceptedAt]: String(receivedAt),
        [headerNames.traceparent]: traceparent,
        [engineHeaders.revision]: tools.revision,
      },
      timestampMs: receivedAt,
    }
  })
}

function accountOf({ account }: WebhookItem, { channel, endpoint }: Context) {
  if (endpoint.account !== null) return channel.accounts.find(({ id }) => id === endpoint.account)
  return account === null
    ? undefined
    : channel.accounts.find(({ externalId }) => externalId === account)
}

function unknown(channel: string, endpoint: string): Chat4AllError {
  return new Chat4AllError('C4A_NOT_FOUND', {
    what: `There is no webhook '${channel}/${endpoint}'`,
    why: 'pipeline.yaml declares no such endpoint',
    todo: 'Check the address that was given to the platform',
  })
}

function refused(why: string): Chat4AllError {
  return new Chat4AllError('C4A_FORBIDDEN', {
    what: 'The webhook was not accepted',
    why,
    todo: 'Check that the secrets here are those of the platform',
  })
}

function notStored(cause: unknown): Chat4AllError {
  return new Chat4AllError(
    'C4A_UNAVAILABLE',
    {
      what: 'The webhook was not stored',
      why: 'the log does not take records now',
      todo: 'Send it again',
    },
    { cause },
  )
}
