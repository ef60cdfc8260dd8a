import type { Standing } from './fault-log.ts'
import { nearest } from './nearest.ts'
import type { ReadContext } from './read-context.ts'
import { topicOf } from './read-inputs.ts'
import { entryOf, keyOf, type SourceEntry, type SourceMap } from './source.ts'

/** Where one output port goes. */
export interface WrittenOutput extends Standing {
  readonly port: string
  readonly portAt: Standing
  /** Null where it is discarded. */
  readonly topic: string | null
  readonly discard: string | null
  readonly maxHops: number | null
  /** Where `loop` stands; the topic where there is none. */
  readonly loopAt: Standing
}

/** `out`: `port: topic`, `port: { to: topic, loop: { maxHops: 2 } }` or `port: { discard: reason }`. */
export function readOutputs(node: SourceMap, context: ReadContext): readonly WrittenOutput[] {
  return node.entries.flatMap((entry) => {
    const output = readOutput(entry, context)
    return output ? [output] : []
  })
}

function readOutput(entry: SourceEntry, context: ReadContext): WrittenOutput | undefined {
  const { value } = entry
  const port = { port: entry.key, portAt: keyOf(entry) }
  if (value.kind !== 'map') {
    const topic = topicOf(value, context)
    if (topic === undefined) return undefined
    const at = { span: value.span, usedAt: value.usedAt }
    return { ...port, ...at, topic, discard: null, maxHops: null, loopAt: at }
  }
  onlyKeys(value, ['to', 'loop', 'discard'], 'an output', context)
  const discard = entryOf(value, 'discard')
  if (discard) {
    const reason = discard.value.kind === 'scalar' ? String(discard.value.value ?? '') : ''
    const at = { span: discard.value.span, usedAt: discard.value.usedAt }
    if (!reason)
      context.log.add('C4A1003', {
        at,
        message: 'The reason is missing',
        fix: 'Say why: `discard: nobody asks for it`. It stands in the metrics.',
      })
    return { ...port, ...at, topic: null, discard: reason, maxHops: null, loopAt: at }
  }
  const to = entryOf(value, 'to')
  const topic = to && topicOf(to.value, context)
  if (!to) {
    context.log.add('C4A1003', {
      at: value,
      message: "'to' is missing",
      fix: 'Name the topic: `{ to: topic, loop: { maxHops: 2 } }`.',
    })
  }
  if (!to || topic === undefined) return undefined
  const at = { span: to.value.span, usedAt: to.value.usedAt }
  const loop = entryOf(value, 'loop')
  const maxHops = loop ? hopsOf(loop, context) : null
  return { ...port, ...at, topic, discard: null, maxHops, loopAt: loop ? keyOf(loop) : at }
}

function hopsOf(loop: SourceEntry, context: ReadContext): number {
  const { value } = loop
  if (value.kind === 'map') onlyKeys(value, ['maxHops'], 'a loop', context)
  const hops = value.kind === 'map' ? entryOf(value, 'maxHops')?.value : undefined
  if (hops?.kind === 'scalar' && Number.isSafeInteger(hops.value) && Number(hops.value) >= 1)
    return Number(hops.value)
  const insert = value.kind === 'map' && !hops ? null : (hops ?? value)
  context.log.add(hops ? 'C4A1011' : 'C4A1003', {
    at: hops ?? value,
    message: hops ? "'maxHops' is a whole number of at least 1" : "'maxHops' is missing",
    fix: 'Write `loop: { maxHops: 2 }`: how often a record may go round before it becomes a dead letter.',
    edits: insert ? [{ ...insert.span, text: hops ? '1' : '{ maxHops: 2 }' }] : [],
  })
  return 1
}

function onlyKeys(
  node: SourceMap,
  known: readonly string[],
  what: string,
  { log }: ReadContext,
): void {
  for (const entry of node.entries) {
    if (known.includes(entry.key)) continue
    const meant = nearest(entry.key, known)
    log.add('C4A1002', {
      at: keyOf(entry),
      message: `'${entry.key}' is no key of ${what}`,
      fix: meant ? `Did you mean '${meant}'?` : `Use one of: ${known.join(', ')}`,
      edits: meant ? [{ ...entry.keySpan, text: meant }] : [],
    })
  }
}
