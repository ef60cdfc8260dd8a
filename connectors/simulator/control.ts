import { answerFrom } from './answer-from.ts'
import { asset } from './asset.ts'
import type { Exchange } from './exchange.ts'
import { jsonBody } from './exchange.ts'
import type { FaultPlan } from './fault-plan.ts'
import { guard } from './guard.ts'
import { live } from './live.ts'
import { ownServer } from './own-server.ts'
import { phoneView } from './phone-view.ts'
import type { Phone } from './phones.ts'
import { readAll } from './receipts.ts'
import type { PhoneMessage } from './record.ts'
import { isChannel } from './settings.ts'
import type { Platform, World } from './world.ts'

/**
 * `/simulator/...`: what arrived, what a person answers, which faults happen; and the page at `/`.
 * No part of the product: it asks for no key, and `guard` keeps strange pages out.
 */
export function control(world: World, platforms: readonly Platform[]) {
  const stream = live(world)
  const app = ownServer(world.settings.hub)

  return (exchange: Exchange): void | Promise<void> => {
    const refused = guard(exchange, world.settings.allowedHosts)
    if (refused !== null) return problem(exchange, 403, refused)
    const { method, path } = exchange
    const [, area, name, ...rest] = path.split('/').map(decode)
    if (area !== 'simulator') return asset(exchange, world.settings.hub?.url)

    if (name === 'phones' && rest.length === 0 && method === 'GET') {
      return exchange.json(200, { phones: [...world.phones.all()].map(phoneView) })
    }
    if (name === 'phones') return phone(exchange, rest)
    if (name === 'app') return app(exchange, rest)
    if (name === 'faults') return faultPlan(exchange)
    if (name === 'log' && method === 'GET') return log(exchange)
    if (name === 'live' && method === 'GET') return stream(exchange)
    if (name === 'stats' && method === 'GET') {
      const webhooks = platforms.map(({ channel, pending, stats }) => [
        channel,
        { pending, ...stats },
      ])
      return exchange.json(200, {
        webhooks: Object.fromEntries(webhooks),
        faults: world.faults.counts,
        phones: world.phones.count,
      })
    }
    if (name === 'media' && rest[0] && method === 'GET') return picture(exchange, rest[0])
    problem(exchange, 404, `there is no ${method} ${path}`)
  }

  function phone(exchange: Exchange, [channel = '', address = '', what]: readonly string[]) {
    const { method } = exchange
    const platform = platforms.find((each) => each.channel === channel)
    if (!isChannel(channel) || !platform) return problem(exchange, 404, `no channel '${channel}'`)
    if (!/^[\w.-]{1,64}$/.test(address)) return problem(exchange, 404, 'no such address')

    if (method === 'GET') {
      const found = world.phones.find(channel, address)
      if (!found) return problem(exchange, 404, `nothing has come to ${channel} ${address}`)
      if (what === undefined) return exchange.json(200, phoneView(found))
      if (what === 'messages') return messages(exchange, found)
    }
    const body = jsonBody(exchange.body)
    if (method === 'PUT' && what === undefined && body) {
      const found = world.phones.at(channel, address)
      if (typeof body['name'] === 'string') found.name = body['name'].slice(0, 60)
      if (typeof body['gone'] === 'boolean') found.gone = body['gone']
      if (body['windows'] === 'open' || body['windows'] === 'enforced')
        found.windows = body['windows']
      if (typeof body['looking'] === 'boolean') {
        found.looking = body['looking']
        if (found.looking) readAll(world, platform, found)
      }
      world.phones.changed(found)
      return exchange.json(200, phoneView(found))
    }
    if (method === 'POST' && what === 'read') {
      const read = readAll(world, platform, world.phones.at(channel, address))
      return exchange.json(200, { read })
    }
    if (method === 'POST' && what === 'answer' && body) {
      const answered = answerFrom(world, platform, world.phones.at(channel, address), body)
      if (typeof answered === 'string') return problem(exchange, 422, answered)
      return exchange.json(201, answered)
    }
    problem(exchange, 404, `there is no ${method} here, or its body is no JSON object`)
  }

  function messages(exchange: Exchange, found: Phone) {
    const after = Number(exchange.query.get('after') ?? 0)
    const limit = Number(exchange.query.get('limit') ?? 1000)
    const list = found.messages.filter(({ seq }) => seq > after).slice(-limit)
    exchange.json(200, { arrived: found.arrived, messages: list })
  }

  /** Newline-delimited JSON, oldest first; the header tells where memory begins. */
  function log(exchange: Exchange) {
    const after = Number(exchange.query.get('after') ?? 0)
    const limit = Math.min(Number(exchange.query.get('limit') ?? 50_000), 200_000)
    const list = world.phones.after(after, limit)
    const body = list.map((message: PhoneMessage) => `${JSON.stringify(message)}\n`).join('')
    exchange.send(200, 'application/x-ndjson', body, {
      'x-oldest-seq': String(world.phones.oldest),
    })
  }

  function faultPlan(exchange: Exchange) {
    const { faults } = world
    if (exchange.method === 'PUT') {
      try {
        faults.plan = jsonBody(exchange.body) as Partial<FaultPlan> as FaultPlan
      } catch (error) {
        return problem(exchange, 422, error instanceof Error ? error.message : 'not a plan')
      }
    }
    exchange.json(200, { plan: faults.plan, counts: faults.counts })
  }

  function picture(exchange: Exchange, id: string) {
    const found = world.media.get(id)
    if (!found) return problem(exchange, 404, 'there is no such file')
    // Only what cannot hold a script is shown in place.
    const shown = /^image\/(png|jpeg|gif|webp)$/.test(found.mimeType)
    exchange.send(200, shown ? found.mimeType : 'application/octet-stream', found.bytes, {
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
      ...(shown ? {} : { 'content-disposition': 'attachment' }),
    })
  }
}

function problem(exchange: Exchange, status: number, detail: string) {
  exchange.json(status, { status, detail }, { 'content-type': 'application/problem+json' })
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return ''
  }
}
