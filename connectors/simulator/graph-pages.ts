import { actionOn } from './action-on.ts'
import type { Exchange } from './exchange.ts'
import { isObject, jsonBody } from './exchange.ts'
import { type Form, formOf } from './form.ts'
import {
  badPath,
  type GraphError,
  graphError,
  graphFault,
  invalidParameter,
  invalidToken,
  noSuchObject,
} from './graph-error.ts'
import { bearerOf, graphPath } from './graph-path.ts'
import { type MetaObject, metaWebhooks } from './meta-webhooks.ts'
import { inboundOf, pageEntries } from './page-events.ts'
import { type PageRules, readPageMessage } from './page-message.ts'
import { followUp } from './receipts.ts'
import type { PhoneMessage } from './record.ts'
import { senderAction } from './sender-action.ts'
import { type Answer, reply, serveSend } from './serve-send.ts'
import type { ChannelName, SimulatorAccount } from './settings.ts'
import type { Platform, Receipt, World } from './world.ts'

const hourMs = 60 * 60 * 1000

/** What Messenger and Instagram differ in. */
export interface PageChannel extends PageRules {
  readonly channel: ChannelName & ('messenger' | 'instagram')
  readonly object: MetaObject
  readonly windowSubcode: number
  newMessageId(uniqueId: string): string
  /** The event that tells the receipt; null where the platform has none. */
  receipt(world: World, message: PhoneMessage, receipt: Receipt): object | null
}

/** `POST /{version}/{page-or-ig-id|me}/messages` and `/message_attachments`: channels.md, sections 3 and 4. */
export function graphPages(world: World, kind: PageChannel): Platform {
  const { settings, phones, faults, timers, media } = world
  const accounts = settings.accounts.filter(({ channel }) => channel === kind.channel)
  const byId = new Map(accounts.map((account) => [account.accountId, account]))
  const webhooks = metaWebhooks(
    kind.object,
    pageEntries,
    settings.webhooks,
    timers,
    settings.nowMs,
    () => faults.plan,
  )
  const newMessageId = () => kind.newMessageId(world.uniqueId())
  const fail = (exchange: Exchange, error: GraphError) => reply(exchange, graphError(error, 'page'))

  const platform: Platform = {
    channel: kind.channel,
    accounts,
    receipt(message, receipt) {
      const account = byId.get(message.account)
      const item = account && kind.receipt(world, message, receipt)
      if (item) webhooks.emit({ account, list: 'messaging', item }, receipt.marks)
    },
    inbound(message, _phone, marks) {
      const account = byId.get(message.account)
      if (!account) return
      webhooks.emit({ account, list: 'messaging', item: inboundOf(world, message) }, marks)
    },
    newMessageId,
    handshake: webhooks.handshake,
    handle,
    stats: webhooks.stats,
    get pending() {
      return webhooks.pending
    },
    close: webhooks.close,
  }

  async function handle(exchange: Exchange) {
    const token = bearerOf(exchange)
    const own = accounts.filter((account) => account.token === token)
    if (own.length === 0) return fail(exchange, invalidToken)
    const found = graphPath(exchange.path)
    if (!found?.edge || exchange.method !== 'POST') return fail(exchange, badPath)
    const { object, edge } = found
    const account =
      object === 'me'
        ? own[0]
        : own.find(({ accountId, pageId }) => accountId === object || pageId === object)
    if (!account) return fail(exchange, noSuchObject(object))

    const form = await formOf(exchange)
    const body = form ? bodyOf(form) : jsonBody(exchange.body)
    if (!body) return fail(exchange, invalidParameter('The request body is not valid'))
    if (edge === 'messages') return messages(exchange, account, body, fileIn(form))
    if (edge === 'message_attachments') return attach(exchange, body, fileIn(form))
    fail(exchange, badPath)
  }

  function fileIn(form: Form | undefined): string | null {
    const file = form?.files.get('filedata')
    return file ? media.put(file.bytes, file.mimeType, file.filename).id : null
  }

  function attach(exchange: Exchange, body: Body, uploaded: string | null) {
    const message = isObject(body['message']) ? body['message'] : {}
    const read = readPageMessage(message, kind, uploaded, () => false)
    if ('error' in read) return fail(exchange, read.error)
    const { content } = read
    // A link is kept as a file that holds the link: what is fetched from it is not our subject.
    const link = 'url' in content ? (content.url ?? '') : ''
    const id = uploaded ?? media.put(Buffer.from(link), 'text/uri-list', 'link').id
    reply(exchange, { status: 200, value: { attachment_id: id } })
  }

  function messages(
    exchange: Exchange,
    account: SimulatorAccount,
    body: Body,
    uploaded: string | null,
  ) {
    const recipient = isObject(body['recipient']) ? body['recipient'] : {}
    const address = String(recipient['id'] ?? '')
    if (address === '')
      return fail(exchange, invalidParameter('The parameter recipient is required'))
    if (!/^\d{6,20}$/.test(address)) {
      const error = { ...invalidParameter('No matching user found'), subcode: 2018001 }
      return fail(exchange, error)
    }
    if (typeof body['sender_action'] === 'string') {
      const action = senderAction(body)
      if (!action) return fail(exchange, invalidParameter('Param sender_action is not valid'))
      const phone = phones.at(kind.channel, address)
      phones.arrive(phone, actionOn(world, account.accountId, action.content, action.about))
      return reply(exchange, { status: 200, value: { recipient_id: address } })
    }
    if (!isObject(body['message'])) {
      return fail(exchange, invalidParameter('The parameter message is required'))
    }
    const read = readPageMessage(
      body['message'],
      kind,
      uploaded,
      (id) => media.get(id) !== undefined,
    )
    if ('error' in read) return fail(exchange, read.error)
    const { content, metadata } = read
    const answersTo = isObject(body['reply_to']) ? body['reply_to']['mid'] : undefined
    const phone = phones.at(kind.channel, address)
    const human = body['messaging_type'] === 'MESSAGE_TAG' && body['tag'] === 'HUMAN_AGENT'

    serveSend(world, exchange, {
      channel: kind.channel,
      account: account.accountId,
      address,
      content: JSON.stringify(content),
      refuse: (fault, hintSeconds) =>
        graphError(
          graphFault(fault, hintSeconds, { sender: 613, conversation: 613, server: 2 }),
          'page',
        ),
      accept(verdict): Answer {
        if (phone.gone) return graphError(unavailable, 'page')
        const free = content.type === 'template' && body['messaging_type'] === 'UTILITY'
        const windowMs = (human ? 7 * 24 : 24) * hourMs
        const closes = verdict.request === 'window-closes'
        if (!free && (closes || !phones.windowOpen(phone, account.accountId, windowMs))) {
          return graphError({ ...outsideWindow, subcode: kind.windowSubcode }, 'page')
        }
        const message = phones.arrive(phone, {
          account: account.accountId,
          providerMessageId: newMessageId(),
          content,
          replyTo: typeof answersTo === 'string' ? answersTo : null,
          echo: metadata,
          fault: verdict.request,
        })
        followUp(world, platform, phone, message, verdict)
        const value = { recipient_id: address, message_id: message.providerMessageId }
        return { status: 200, value }
      },
    })
  }

  return platform
}

type Body = { readonly [name: string]: unknown }

/** Forms carry their objects as JSON text. */
function bodyOf({ fields }: Form): Body {
  const body: { [name: string]: unknown } = {}
  for (const [name, text] of fields) {
    body[name] = jsonBody(Buffer.from(text)) ?? text
  }
  return body
}

const unavailable: GraphError = {
  status: 400,
  code: 551,
  subcode: 1545041,
  message: "This person isn't available right now.",
}

const outsideWindow: GraphError = {
  status: 400,
  code: 10,
  message: 'This message is sent outside of allowed window.',
}
