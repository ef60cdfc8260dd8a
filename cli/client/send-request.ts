import { randomUUID } from 'node:crypto'
import { badValue } from './bad-value.ts'

export interface SendOptions {
  readonly to?: string
  readonly conversation?: string
  readonly account?: string
  readonly text?: string
  readonly image?: string
  readonly document?: string
  readonly location?: string
  readonly caption?: string
  /** Any content as the API takes it, as JSON. */
  readonly content?: string
  readonly replyTo?: string
  readonly messageId?: string
  /** RFC 3339. */
  readonly at?: string
  readonly expires?: string
  /** CHANNEL:ADDRESS each. */
  readonly fallback?: readonly string[]
  /** Milliseconds. */
  readonly after?: number
  readonly humanAgent?: boolean
}

/** What to POST, but for the bytes of a file, which are stored first and give a blobId. */
export interface PreparedSend {
  /** By which the caller may ask again: the same id is delivered once. */
  readonly messageId: string
  /** Undefined where a conversation is given, whose channels only the hub knows. */
  readonly channel: string | undefined
  /** The file to upload. */
  readonly file: string | undefined
  request(blobId?: string): object
}

/** Throws C4A_BAD_REQUEST, naming the option. */
export function prepareSend(options: SendOptions, stdin: () => string): PreparedSend {
  const { conversation, replyTo, at, expires, messageId = randomUUID() } = options
  const to = recipientOf(options)
  const content = contentOf(options, stdin)
  const fallback = fallbackOf(options)
  const address = to ? { to } : { conversationId: conversation }
  return {
    messageId,
    channel: to?.channel,
    file: content.file,
    request: (blobId) => ({
      messageId,
      ...address,
      content: blobId === undefined ? content.fields : { ...content.fields, blobId },
      ...(replyTo !== undefined && { replyTo }),
      ...(at !== undefined && { sendAt: at }),
      ...(expires !== undefined && { expiresAt: expires }),
      ...(fallback.length > 0 && { fallback }),
      ...(options.humanAgent && { humanAgent: true }),
    }),
  }
}

function recipientOf({ to, conversation, account }: SendOptions) {
  if ((to === undefined) === (conversation === undefined)) {
    throw badValue(
      'Whom to send to',
      'exactly one of --to and --conversation is needed',
      'Give --to CHANNEL:ADDRESS, such as --to whatsapp:5511999990001',
    )
  }
  if (to === undefined) {
    if (account === undefined) return undefined
    throw badValue('--account', 'a conversation has its account already', 'Leave it out')
  }
  return { ...targetIn('--to', to), ...(account !== undefined && { account }) }
}

function targetIn(option: string, text: string) {
  const [, channel, address] = /^([^:]+):(.+)$/.exec(text) ?? []
  if (channel && address) return { channel, address }
  throw badValue(
    `${option} '${text}'`,
    'it is not CHANNEL:ADDRESS',
    'Write it like telegram:900000004',
  )
}

function fallbackOf({ fallback = [], after }: SendOptions): readonly object[] {
  if (after !== undefined && fallback.length === 0) {
    throw badValue('--after', 'there is no --fallback to go to', 'Give --fallback CHANNEL:ADDRESS')
  }
  // The API counts whole seconds.
  const seconds = after === undefined ? {} : { after: Math.max(1, Math.round(after / 1_000)) }
  return fallback.map((each) => ({ ...targetIn('--fallback', each), ...seconds }))
}

interface ContentPart {
  readonly fields: object
  readonly file?: string
}

function contentOf(options: SendOptions, stdin: () => string): ContentPart {
  const { text, image, document, location, caption, content } = options
  const given = Object.entries({ text, image, document, location, content }).flatMap(
    ([kind, value]) => (value === undefined ? [] : [{ kind, value }]),
  )
  const [first] = given
  if (!first || given.length > 1) {
    throw badValue(
      'What to send',
      'exactly one of --text, --image, --document, --location and --content is needed',
      'Give one of them',
    )
  }
  const { kind, value } = first
  const isMedia = kind === 'image' || kind === 'document'
  if (caption !== undefined && !isMedia) {
    throw badValue('--caption', `a ${kind} has none`, 'Use it with --image or --document')
  }
  if (kind === 'text') return { fields: { type: 'text', text: value === '-' ? stdin() : value } }
  if (kind === 'content') return { fields: jsonIn(value) }
  if (kind === 'location') return { fields: placeIn(value) }
  const fields = { type: kind, ...(caption !== undefined && { caption }) }
  return /^https?:\/\//.test(value)
    ? { fields: { ...fields, url: value } }
    : { fields, file: value }
}

function placeIn(text: string): object {
  const [, latitude, longitude, name] = /^(-?[\d.]+),(-?[\d.]+)(?:,(.+))?$/.exec(text) ?? []
  const place = { latitude: Number(latitude), longitude: Number(longitude) }
  if (Math.abs(place.latitude) <= 90 && Math.abs(place.longitude) <= 180) {
    return { type: 'location', ...place, ...(name !== undefined && { name: name.trim() }) }
  }
  throw badValue(
    `--location '${text}'`,
    'it is not LATITUDE,LONGITUDE[,NAME] in degrees',
    'Write it like -23.5614,-46.6559,Avenida Paulista',
  )
}

function jsonIn(text: string): object {
  const wrong = badValue(
    '--content',
    'it is no JSON object',
    `Write it like '{"type":"text","text":"Hello"}'; /docs shows all types`,
  )
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  } catch {
    throw wrong
  }
  throw wrong
}
