import { actionOn } from './action-on.ts'
import type { Exchange } from './exchange.ts'
import { isObject, jsonBody } from './exchange.ts'
import {
  badPath,
  graphError,
  graphFault,
  invalidParameter,
  invalidToken,
  noSuchObject,
} from './graph-error.ts'
import { bearerOf, graphPath } from './graph-path.ts'
import { textIn } from './loose-body.ts'
import { metaWebhooks } from './meta-webhooks.ts'
import type { Phone } from './phones.ts'
import { followUp } from './receipts.ts'
import { scopedIdOf } from './scoped-id.ts'
import { type Answer, reply, type SendRequest, serveSend } from './serve-send.ts'
import type { SimulatorAccount } from './settings.ts'
import { readWhatsappMessage } from './whatsapp-check.ts'
import { serveWhatsappMedia } from './whatsapp-media.ts'
import { whatsappEntries, whatsappInbound, whatsappStatus } from './whatsapp-webhook.ts'
import type { Platform, Receipt, World } from './world.ts'

/** A business-scoped user id: who has a user name need not show a phone number. */
const scopedId = /^[A-Z]{2}(\.ENT)?\.[0-9A-Za-z]{1,128}$/

/** The WhatsApp Cloud API: channels.md, section 2. */
export function whatsapp(world: World): Platform {
  const { settings, phones, timers, faults } = world
  const accounts = settings.accounts.filter(({ channel }) => channel === 'whatsapp')
  const byId = new Map(accounts.map((account) => [account.accountId, account]))
  const webhooks = metaWebhooks(
    'whatsapp_business_account',
    whatsappEntries,
    settings.webhooks,
    timers,
    settings.nowMs,
    () => faults.plan,
  )

  const platform: Platform = {
    channel: 'whatsapp',
    accounts,
    receipt(message, receipt) {
      const account = byId.get(message.account)
      if (!account) return
      const item = whatsappStatus(message, receipt)
      webhooks.emit({ account, list: 'statuses', item }, receipt.marks)
    },
    inbound(message, phone, marks) {
      const account = byId.get(message.account)
      if (account) webhooks.emit(whatsappInbound(world, account, message, phone, marks), marks)
    },
    newMessageId: (phone) => wamid(world, phone.address),
    handshake: webhooks.handshake,
    handle,
    stats: webhooks.stats,
    get pending() {
      return webhooks.pending
    },
    close: webhooks.close,
  }

  function handle(exchange: Exchange) {
    const token = bearerOf(exchange)
    if (!accounts.some((account) => account.token === token)) {
      return reply(exchange, graphError(invalidToken, 'whatsapp'))
    }
    const found = graphPath(exchange.path)
    if (!found) return reply(exchange, graphError(badPath, 'whatsapp'))
    const account = byId.get(found.object)
    if (found.edge === null || found.edge === 'media') {
      return serveWhatsappMedia(world, exchange, found, account)
    }
    if (account?.token !== token) {
      return reply(exchange, graphError(noSuchObject(found.object), 'whatsapp'))
    }
    if (found.edge !== 'messages' || exchange.method !== 'POST') {
      return reply(exchange, graphError(badPath, 'whatsapp'))
    }
    messages(exchange, account)
  }

  function messages(exchange: Exchange, account: SimulatorAccount) {
    const body = jsonBody(exchange.body)
    if (body?.['messaging_product'] !== 'whatsapp') {
      const why = 'The parameter messaging_product is required.'
      return reply(exchange, graphError(invalidParameter(why), 'whatsapp'))
    }
    if (body['status'] === 'read') return mark(exchange, account, body)

    // Where both stand `to` wins.
    const to = body['to'] ?? body['recipient']
    const isScoped = body['to'] === undefined && typeof to === 'string' && scopedId.test(to)
    const address = isScoped ? to : typeof to === 'string' ? to.replace(/\D/g, '') : ''
    if (!isScoped && (address.length < 7 || address.length > 15)) {
      const details = "Param 'to' is not a phone number"
      const error = { status: 400, code: 131009, message: 'Parameter value is not valid', details }
      return reply(exchange, graphError(error, 'whatsapp'))
    }
    const echo = body['biz_opaque_callback_data']
    if (echo !== undefined && (typeof echo !== 'string' || echo.length > 512)) {
      const why = 'Param biz_opaque_callback_data must be at most 512 characters long.'
      return reply(exchange, graphError(invalidParameter(why), 'whatsapp'))
    }
    const read = readWhatsappMessage(body, (id) => world.media.get(id) !== undefined)
    if ('error' in read) return reply(exchange, graphError(read.error, 'whatsapp'))
    const { content } = read
    const context = body['context']
    const about = content.type === 'reaction' ? body['reaction'] : context
    const replyTo = isObject(about) ? (textIn(about, 'message_id') ?? null) : null
    const phone = phones.at('whatsapp', knownAs(address))

    const request: SendRequest = {
      channel: 'whatsapp',
      account: account.accountId,
      address: phone.address,
      content: JSON.stringify(content),
      refuse: (fault, hintSeconds) =>
        graphError(
          graphFault(fault, hintSeconds, { sender: 130429, conversation: 131056, server: 131000 }),
          'whatsapp',
        ),
      accept(verdict): Answer {
        const id = wamid(world, phone.address)
        const given = { account: account.accountId, providerMessageId: id, content, replyTo }
        const callback = typeof echo === 'string' ? echo : null
        // A template may open a conversation; anything else needs the person's word of the last 24 h.
        const free = content.type === 'template'
        const closes = verdict.request === 'window-closes'
        if (phone.gone) fail(131026)
        else if (!free && (closes || !phones.windowOpen(phone, account.accountId))) fail(131047)
        else {
          const message = phones.arrive(phone, { ...given, echo: callback, fault: verdict.request })
          followUp(world, platform, phone, message, verdict)
        }
        return { status: 200, value: accepted(String(to), phone, id) }

        function fail(code: number) {
          const message = { providerMessageId: id, address: phone.address, echo: callback }
          const wait = settings.latencies.sent[0]
          timers.after(wait, () => {
            const receipt: Receipt = {
              status: 'failed',
              atMs: settings.nowMs(),
              marks: verdict.webhook,
              code,
            }
            const item = whatsappStatus(message, receipt)
            webhooks.emit({ account, list: 'statuses', item }, receipt.marks)
          })
        }
      },
    }
    serveSend(world, exchange, request)
  }

  /** The person sees two blue ticks, and that somebody writes. */
  function mark(exchange: Exchange, account: SimulatorAccount, body: { [name: string]: unknown }) {
    const id = textIn(body, 'message_id')
    for (const phone of phones.all()) {
      const marked = phone.messages.find(
        (each) => each.providerMessageId === id && each.direction === 'from-phone',
      )
      if (phone.channel !== 'whatsapp' || !marked || marked.account !== account.accountId) continue
      const content = { type: isObject(body['typing_indicator']) ? 'typing' : 'read' } as const
      phones.arrive(phone, actionOn(world, account.accountId, content, marked.providerMessageId))
      return reply(exchange, { status: 200, value: { success: true } })
    }
    reply(exchange, graphError(invalidParameter('Param message_id is not valid'), 'whatsapp'))
  }

  /** Who was told of by a business-scoped id has a phone already. Brazil's ninth digit: a number given without it may be known with it, and the answer says so. */
  function knownAs(address: string): string {
    const number = address.slice(scopedIdOf('').length)
    if (address === scopedIdOf(number) && phones.find('whatsapp', number)) return number
    if (phones.find('whatsapp', address) || !/^55\d\d[6-9]\d{7}$/.test(address)) return address
    const longer = `${address.slice(0, 4)}9${address.slice(4)}`
    return phones.find('whatsapp', longer) ? longer : address
  }

  return platform
}

function accepted(input: string, { address }: Phone, id: string): object {
  return {
    messaging_product: 'whatsapp',
    contacts: [{ input, wa_id: address }],
    messages: [{ id, message_status: 'accepted' }],
  }
}

function wamid(world: World, address: string): string {
  return `wamid.${Buffer.from(`${address}:${world.uniqueId()}`).toString('base64')}`
}
