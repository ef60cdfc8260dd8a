import { demoPeople, demoPhones } from './demo.ts'
import { type Exchange, isObject, jsonBody } from './exchange.ts'
import { type HubAccess, hubCalls } from './hub-calls.ts'
import { ownEvents } from './own-events.ts'

type Handler = (exchange: Exchange, rest: readonly string[]) => void | Promise<void>

const channel = 'in-app'

/**
 * `/simulator/app/...`: plays the server of a client's own app, which has the client's key. It lets in whoever says who
 * they are, gets them their token, and tells who is in their conversations and what became of what they wrote.
 */
export function ownServer(hub: HubAccess | null): Handler {
  if (!hub) {
    const detail = 'This simulator has no key of a hub. `npm start` runs one that has.'
    return (exchange) => exchange.json(503, { status: 503, detail })
  }
  const ask = hubCalls(hub)

  return async (exchange, [what = '']) => {
    switch (`${exchange.method} ${what}`) {
      case 'GET people':
        return exchange.json(200, { people: demoPeople })
      case 'POST enter':
        return enter(exchange, addressIn(exchange))
      case 'GET conversations':
        return conversations(exchange)
      case 'POST group':
        return group(exchange, addressIn(exchange))
      case 'GET events':
        return ownEvents(hub, exchange, exchange.query.get('as') ?? '')
      default: {
        const detail = `there is no ${exchange.method} ${exchange.path}`
        return exchange.json(404, { status: 404, detail })
      }
    }
  }

  async function enter(exchange: Exchange, address: string) {
    const { status, body } = await ask('POST', '/v1/in-app/tokens', { address })
    exchange.json(status, status === 201 ? { ...body, hub: hub?.url } : body)
  }

  /** The API lists all of the client's; a client of some size keeps its own list by person. */
  async function conversations(exchange: Exchange) {
    const participantId = exchange.query.get('as') ?? ''
    const position = exchange.query.get('position')
    const query = new URLSearchParams({
      order: 'activity',
      limit: '200',
      ...(position !== null && { position }),
    })
    const { status, body } = await ask('GET', `/v1/conversations?${query}`)
    const all = body['conversations']
    if (status !== 200 || !Array.isArray(all)) return exchange.json(status, body)
    const theirs = all.filter((each) => peopleOf(each).includes(participantId))
    exchange.json(200, { conversations: theirs })
  }

  /** Two at their phones and two in the app: what the channel is for, at one touch. */
  async function group(exchange: Exchange, address: string) {
    const phones = demoPhones.filter((each) => ['whatsapp', 'telegram'].includes(each.channel))
    const isKnown = demoPeople.some((each) => each.address === address)
    const inApp = isKnown ? demoPeople : [...demoPeople, { address, name: address }]
    const all = [...phones, ...inApp.map((each) => ({ channel, ...each }))]
    const { status, body } = await ask('POST', '/v1/conversations', {
      title: 'Weekend at the lake',
      participants: all.map(({ name, ...where }) => ({ ...where, displayName: name })),
    })
    exchange.json(status, body)
  }
}

function addressIn({ body }: Exchange): string {
  const address = jsonBody(body)?.['address']
  return typeof address === 'string' ? address : ''
}

function peopleOf(conversation: unknown): readonly unknown[] {
  const participants = isObject(conversation) ? conversation['participants'] : undefined
  if (!Array.isArray(participants)) return []
  return participants.map((each) => (isObject(each) ? each['participantId'] : undefined))
}
