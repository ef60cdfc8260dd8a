import type { Edit } from './fault.ts'
import type { Standing } from './fault-log.ts'
import { nearest } from './nearest.ts'
import type { ReadContext } from './read-context.ts'
import { expandScalar, unknownName } from './read-scalar.ts'
import { entryOf, keyOf, type SourceMap, type SourceNode } from './source.ts'

/** One topic that one input port reads. */
export interface WrittenInput extends Standing {
  readonly port: string
  readonly portAt: Standing
  /** Where the port was left out: `in: topic` is short for one topic, anything else for several. */
  readonly short: 'topic' | 'several' | null
  readonly topic: string
  readonly inline: boolean
  /** Where `inline` stands; the topic where it does not. */
  readonly edgeAt: Standing
}

/**
 * `in` in its forms: `topic`; `[topic, topic]`; `{ from: topic, edge: inline }`; and by port
 * `{ port: any of these }`.
 */
export function readInputs(node: SourceNode, context: ReadContext): readonly WrittenInput[] {
  if (node.kind !== 'map' || isEdge(node))
    return edgesOf(
      node,
      { name: 'in', at: node, short: node.kind === 'scalar' ? 'topic' : 'several' },
      context,
    )
  return node.entries.flatMap((entry) =>
    edgesOf(entry.value, { name: entry.key, at: keyOf(entry), short: null }, context),
  )
}

const edgeKeys = ['from', 'edge']
const isEdge = (node: SourceMap) => node.entries.some(({ key }) => key === 'from' || key === 'edge')

interface Port {
  readonly name: string
  readonly at: Standing
  readonly short: WrittenInput['short']
}

function edgesOf(node: SourceNode, port: Port, context: ReadContext): readonly WrittenInput[] {
  if (node.kind === 'list') return node.items.flatMap((item) => edgesOf(item, port, context))
  if (node.kind === 'map') return inlineEdge(node, port, context)
  const topic = topicOf(node, context)
  return topic === undefined ? [] : [written(port, topic, node, false, node)]
}

function inlineEdge(node: SourceMap, port: Port, context: ReadContext): readonly WrittenInput[] {
  for (const entry of node.entries)
    if (!edgeKeys.includes(entry.key)) {
      const meant = nearest(entry.key, edgeKeys)
      context.log.add('C4A1002', {
        at: keyOf(entry),
        message: `'${entry.key}' is no key of an edge`,
        fix: 'An edge is written `{ from: topic, edge: inline }`.',
        edits: meant ? [{ ...entry.keySpan, text: meant }] : [],
      })
    }
  const from = entryOf(node, 'from')
  if (!from) {
    context.log.add('C4A1003', {
      at: node,
      message: "'from' is missing",
      fix: 'Name the topic: `{ from: topic, edge: inline }`.',
    })
    return []
  }
  const edge = entryOf(node, 'edge')
  const kind = edge?.value.kind === 'scalar' ? edge.value.value : undefined
  if (edge && kind !== 'inline' && kind !== 'topic')
    context.log.add('C4A1006', {
      at: edge.value,
      message: `'edge' cannot be '${String(kind ?? '')}'`,
      fix: 'One of: topic, inline.',
      edits: editOf(edge.value, ['topic', 'inline']),
    })
  const inline = kind === 'inline'
  const topics = from.value.kind === 'list' ? from.value.items : [from.value]
  return topics.flatMap((value) => {
    const topic = topicOf(value, context)
    return topic === undefined ? [] : [written(port, topic, value, inline, edge?.value ?? value)]
  })
}

function editOf(node: SourceNode, words: readonly string[]): readonly Edit[] {
  const word = node.kind === 'scalar' ? nearest(node.text, words) : undefined
  return word ? [{ ...node.span, text: word }] : []
}

const written = (
  port: Port,
  topic: string,
  at: Standing,
  inline: boolean,
  edgeAt: Standing,
): WrittenInput => ({
  port: port.name,
  portAt: port.at,
  short: port.short,
  topic,
  inline,
  edgeAt,
  span: at.span,
  usedAt: at.usedAt,
})

/** A topic's name at an edge; undefined, and a fault, where there is none. */
export function topicOf(node: SourceNode, context: ReadContext): string | undefined {
  if (node.kind === 'scalar' && node.value !== null) {
    const expanded = expandScalar(node, node, context)
    return expanded?.known === false ? unknownName(node, context) : expanded?.text
  }
  context.log.add('C4A1004', {
    at: node,
    message: `The name of a topic is wanted here, and this is ${node.kind === 'scalar' ? 'empty' : `a ${node.kind}`}`,
    fix: 'Write the name of a topic from `topics`.',
  })
  return undefined
}
