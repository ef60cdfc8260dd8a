import type { Capabilities, ConnectorTools } from './contract.ts'
import { connectorFactories } from './index.ts'

/** The generated part of docs/channels.md: what each channel can do, as its connector declares it. */
export function channelsTable(): string {
  const all = Object.entries(connectorFactories).map(
    ([channel, create]) => [channel, create(nothing).capabilities] as const,
  )
  const head = ['', ...all.map(([channel]) => channel)]
  const rows = Object.entries(facts).map(([name, say]) => [
    name,
    ...all.map(([, each]) => say(each)),
  ])
  return [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |\n`)
    .join('')
}

/** Capabilities are data: nothing is called for them. */
const nothing: ConnectorTools = {
  http: () => Promise.reject(new Error('the table sends nothing')),
  blob: () => Promise.resolve(undefined),
  limits: {},
}

const limit = ({ max, unit }: Capabilities['text']) => `${max} ${units[unit]}`
const units = { characters: 'characters', utf16: 'UTF-16 units', bytes: 'bytes' } as const
const settlements = {
  'callback-data': 'callback data in each status',
  echo: 'metadata in the echo',
}

const facts: Readonly<Record<string, (capabilities: Capabilities) => string>> = {
  'Text, at most': ({ text }) => limit(text),
  'Caption, at most': ({ caption }) => (caption ? limit(caption) : 'sent as a text of its own'),
  'Kinds that can be sent': ({ kinds }) => kinds.join(', '),
  'Statuses that come': ({ receipts }) => receipts.join(', '),
  'Window for free text': ({ windowMs }) =>
    windowMs === null ? 'none' : `${windowMs / 3_600_000} h`,
  'A lost answer is settled by': ({ settlement }) =>
    settlement === null ? 'nothing' : settlements[settlement],
}
