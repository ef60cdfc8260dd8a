import { type ShowingRule, showingRules } from '../domain/showing/rules.ts'
import { showOn } from '../domain/showing/show-on.ts'
import type { Capabilities, ConnectorTools, Content } from './contract.ts'
import { connectorFactories } from './index.ts'
import { sampleContents } from './sample-contents.ts'

/** The generated part of docs/channels.md: what each channel can do, as its connector declares it. */
export function channelsTable(): string {
  const all = Object.entries(connectorFactories).map(
    ([channel, create]) => [channel, create(nothing).capabilities] as const,
  )
  const head = ['', ...all.map(([channel]) => channel)]
  const rowOf = (name: string, say: (capabilities: Capabilities) => string) => [
    name,
    ...all.map(([, each]) => say(each)),
  ]
  const kinds = Object.entries(sampleContents).map(([kind, content]) =>
    rowOf(kind, (each) => verdictOn(content, each)),
  )
  const figures = Object.entries(facts).map(([name, say]) => rowOf(name, say))
  const rules = Object.entries(showingRules).map(([rule, why]) => [`\`${rule}\``, why])
  return [
    tableOf([head, ...kinds]),
    'Figures:\n',
    tableOf([head, ...figures]),
    'The rules:\n',
    tableOf([['', 'what is done'], ...rules]),
  ].join('\n')
}

/** Capabilities are data: nothing is called for them. */
const nothing: ConnectorTools = {
  http: () => Promise.reject(new Error('the table sends nothing')),
  blob: () => Promise.resolve(undefined),
  limits: {},
}

function tableOf([head = [], ...rows]: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |\n`)
    .join('')
}

/** What becomes of a kind: native, degraded and by which rule, or rejected. */
function verdictOn(content: Content, capabilities: Capabilities): string {
  const shown = showOn(content, capabilities, { hasTarget: true })
  if (shown.kind === 'rejected') return 'rejected'
  return shown.rules.length === 0 ? 'native' : `degraded: ${shown.rules.map(linked).join(', ')}`
}

const linked = (rule: ShowingRule): string => `\`${rule}\``

const limit = ({ max, unit }: Capabilities['text']) => `${max} ${units[unit]}`
const units = { characters: 'characters', utf16: 'UTF-16 units', bytes: 'bytes' } as const
const settlements = {
  'callback-data': 'callback data in each status',
  echo: 'metadata in the echo',
}
const mebibytes = (bytes: number) => `${bytes / 1024 / 1024} MiB`

const mediaLimit =
  (kind: 'image' | 'video' | 'audio' | 'document' | 'sticker') =>
  ({ kinds, media = {} }: Capabilities) => {
    const { maxBytes, maxLinkBytes, types } = media[kind] ?? {}
    if (!kinds.includes(kind)) return 'none'
    if (maxBytes === undefined) return 'any'
    const byLink = maxLinkBytes === undefined ? '' : `, ${mebibytes(maxLinkBytes)} by link`
    const ofTypes = types ? `: ${types.map((type) => type.replace(/\/$/, '/*')).join(', ')}` : ''
    return `${mebibytes(maxBytes)}${byLink}${ofTypes}`
  }

const facts: Readonly<Record<string, (capabilities: Capabilities) => string>> = {
  'Text, at most': ({ text }) => limit(text),
  'Caption, at most': ({ caption }) => (caption ? limit(caption) : 'sent as a text of its own'),
  Formatting: ({ entities, markup }) =>
    (entities ?? Object.keys(markup ?? {})).join(', ') || 'none',
  'Image, at most': mediaLimit('image'),
  'Video, at most': mediaLimit('video'),
  'Audio, at most': mediaLimit('audio'),
  'Document, at most': mediaLimit('document'),
  'Sticker, at most': mediaLimit('sticker'),
  'Buttons, at most': ({ buttons }) =>
    buttons
      ? `${buttons.most}, title ${limit(buttons.title)}, id ${limit(buttons.id)}; with links ${buttons.withUrls?.most ?? 'none'}`
      : 'none',
  'Rows of a list, at most': ({ list }) =>
    list
      ? `${list.rows}, title ${limit(list.title)}, description ${limit(list.description)}`
      : 'none',
  'Contacts in a message': ({ contacts }) => String(contacts?.most ?? 'none'),
  Reactions: ({ kinds, reactions }) =>
    kinds.includes('reaction') ? (reactions ? `${reactions.length} emoji` : 'any emoji') : 'none',
  'Statuses that come': ({ receipts }) => receipts.join(', '),
  'Window for free text': ({ windowMs }) => (windowMs === null ? 'none' : hours(windowMs)),
  'Window where a person answers (`humanAgent`)': ({ windowMs, agentWindowMs = windowMs }) =>
    agentWindowMs === null ? 'none' : hours(agentWindowMs),
  'A lost answer is settled by': ({ settlement }) =>
    settlement === null ? 'nothing' : settlements[settlement],
  'Documented pace': ({ rates = {} }) =>
    Object.entries(rates)
      .map(([of, { messages, perMs }]) => `${messages} in ${perMs / 1000} s per ${of}`)
      .join(', ') || 'not documented',
}

const hours = (ms: number): string => `${ms / 3_600_000} h`
