import type { Content } from '../../domain/content.ts'
import { isObject } from './exchange.ts'
import type { Phone } from './phones.ts'
import type { PhoneMessage } from './record.ts'
import { samplePicture } from './sample-picture.ts'
import type { Platform, World } from './world.ts'

/**
 * A person writes: `{text}`, `{location: {latitude, longitude, name?}}` or `{image: {base64?, mimeType?,
 * caption?}}` (without base64: a small sample picture), each with `replyTo?` and `account?`. Answers
 * the message, or a sentence that says what is wrong.
 */
export function answerFrom(
  world: World,
  platform: Platform,
  phone: Phone,
  body: { readonly [name: string]: unknown },
): PhoneMessage | string {
  const content = contentOf(world, body)
  if (typeof content === 'string') return content
  const account = accountOf(platform, phone, body['account'])
  if (account === undefined) return `${platform.channel} has no such account`
  const { replyTo } = body
  const known = phone.messages.some(({ providerMessageId }) => providerMessageId === replyTo)
  if (replyTo !== undefined && replyTo !== null && !known) {
    return `replyTo names no message of this phone`
  }

  const message = world.phones.answer(phone, {
    account,
    providerMessageId: platform.newMessageId(phone, account),
    content,
    replyTo: typeof replyTo === 'string' ? replyTo : null,
    echo: null,
    fault: null,
  })
  const key = JSON.stringify(content)
  const verdict = world.faults.decideWebhook(phone.channel, phone.address, key)
  platform.inbound(message, phone, verdict.webhook)
  return message
}

function contentOf(world: World, body: { readonly [name: string]: unknown }): Content | string {
  const { text, location, image } = body
  if (typeof text === 'string' && text !== '') {
    return text.length <= 4096 ? { type: 'text', text } : 'text is longer than 4096 characters'
  }
  if (isObject(location)) {
    const { latitude, longitude, name } = location
    if (typeof latitude !== 'number' || typeof longitude !== 'number') {
      return 'location needs latitude and longitude'
    }
    return { type: 'location', latitude, longitude, ...(typeof name === 'string' ? { name } : {}) }
  }
  if (isObject(image)) {
    const { base64, mimeType, caption } = image
    const given = typeof base64 === 'string'
    const bytes = given ? Buffer.from(base64, 'base64') : samplePicture()
    const type = given && typeof mimeType === 'string' ? mimeType : 'image/png'
    if (!/^image\/(png|jpeg|gif|webp)$/.test(type)) return `${type} is no picture that phones send`
    const stored = world.media.put(bytes, type, 'photo')
    return {
      type: 'image',
      mediaId: stored.id,
      mimeType: type,
      sizeBytes: bytes.length,
      sha256: stored.sha256,
      ...(typeof caption === 'string' && caption !== '' ? { caption } : {}),
    }
  }
  return 'an answer is one of text, location and image'
}

/** The account that wrote last is the one that people answer. */
function accountOf(platform: Platform, phone: Phone, wanted: unknown): string | undefined {
  if (wanted !== undefined) {
    return platform.accounts.find(({ accountId }) => accountId === wanted)?.accountId
  }
  return phone.messages.at(-1)?.account ?? platform.accounts[0]?.accountId
}
