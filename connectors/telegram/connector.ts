import type {
  Account,
  ConnectorFactory,
  ConnectorTools,
  Outbound,
  SendOutcome,
} from '../contract.ts'
import { lostAnswer } from '../lost-answer.ts'
import { type Blob, isMedia, mediumSource } from '../medium-source.ts'
import { multipart } from '../multipart.ts'
import { notServed } from '../not-served.ts'
import { targetMissing } from '../target-missing.ts'
import { timeoutsOf } from '../timeouts.ts'
import { telegramAddress } from './address.ts'
import { answerTap } from './answer-tap.ts'
import { telegramCapabilities } from './capabilities.ts'
import { fetchMedium } from './fetch-medium.ts'
import { hasNoText, telegramOutcome } from './outcome.ts'
import { parseTelegram } from './parse.ts'
import { type BotCall, captionCall, sendBody } from './send-body.ts'
import { handshake, splitTelegram, verifySecretToken } from './webhook.ts'

/** Telegram Bot API. A message with a blob is one multipart call, so there is no upload that could fail apart. */
export const telegram: ConnectorFactory = (tools) => ({
  channel: 'telegram',
  capabilities: telegramCapabilities(tools.limits),
  send: (outbound, account, signal) => send(tools, outbound, account, signal),
  fetchMedium: (medium, account, signal) => fetchMedium(tools, medium, account, signal),
  webhook: { verify: verifySecretToken, handshake, split: splitTelegram, answer: answerTap },
  canonicalAddress: telegramAddress,
  // Groups and supergroups have negative ids (core.telegram.org/bots/api#chat).
  isGroupAddress: (address) => address.startsWith('-'),
  parse: parseTelegram,
})

async function send(
  tools: ConnectorTools,
  outbound: Outbound,
  { baseUrl, secrets }: Account,
  signal: AbortSignal,
): Promise<SendOutcome> {
  const { content } = outbound
  let file: string | null = null
  let blob: Blob | undefined
  if (isMedia(content)) {
    const source = await mediumSource(tools, content)
    if (source.at === 'nowhere') return source.outcome
    if (source.at === 'hub') blob = source.blob
    else file = source.at === 'link' ? source.link : source.id
  }

  const missing = targetMissing('telegram', outbound, ['reaction', 'edit', 'delete'])
  if (missing) return missing
  const call = sendBody(outbound, file)
  if (!call) return notServed('telegram', content)
  const { token = '' } = secrets
  const { sendMs, uploadMs } = timeoutsOf(tools.limits)
  const made = (one: BotCall) => {
    const { contentType, body } = encoded(one, blob)
    return tools.http({
      method: 'POST',
      // The token is part of the path: whoever logs a URL leaks it.
      url: `${baseUrl}/bot${token}/${one.method}`,
      headers: { 'content-type': contentType, accept: 'application/json' },
      body,
      signal,
      timeoutMs: blob ? uploadMs : sendMs,
    })
  }
  try {
    const answer = await made(call)
    // Only Telegram knows what the message is made of, and nothing has been changed yet.
    const ofCaption = hasNoText(answer) ? captionCall(outbound) : undefined
    const last = ofCaption ? await made(ofCaption) : answer
    return telegramOutcome(last, actions.has(content.type), outbound.echo)
  } catch (error) {
    return lostAnswer(error)
  }
}

/** What makes no message. */
const actions: ReadonlySet<string> = new Set(['reaction', 'edit', 'delete', 'typing'])

function encoded({ fields, fileField }: BotCall, blob: Blob | undefined) {
  if (fileField === null || !blob) {
    return { contentType: 'application/json', body: JSON.stringify(fields) }
  }
  // In a form, what is not a text is written as JSON (core.telegram.org/bots/api#making-requests).
  const texts: Record<string, string> = {}
  for (const [name, value] of Object.entries(fields)) {
    texts[name] = typeof value === 'string' ? value : JSON.stringify(value)
  }
  const { bytes, mimeType, filename } = blob
  return multipart(texts, { name: fileField, filename, mimeType, bytes })
}
