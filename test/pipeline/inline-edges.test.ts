import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadPipeline } from '../../topology/pipeline/load.ts'
import { fused } from './small-pipelines.ts'
import { stageTypes } from './stage-types.ts'

const load = (yaml: string) => loadPipeline(yaml, 'p.yaml', stageTypes)
const places = (yaml: string) =>
  load(yaml).faults.map(({ code, place }) => `${code} ${place.line}:${place.column}`)

/** `fused` with more stages at its end. */
const withStages = (...stages: readonly string[]) => `${fused}${stages.join('')}`
const again = (id: string, from: string) => `  ${id}:
    use: validate
    in: ${from}
    out: { accepted: { discard: a copy }, rejected: { discard: a copy } }
`

test('a topic that is inline for one stage may have other readers', () => {
  const { pipeline, faults } = load(withStages(again('copy', 'b')))
  assert.deepEqual(faults, [])
  assert.deepEqual(pipeline?.stages['dedup']?.inputs, { in: [{ topic: 'b', inline: true }] })
  assert.deepEqual(pipeline?.stages['copy']?.inputs, { in: [{ topic: 'b', inline: false }] })
})

test('an edge may be written out under its port, and as a topic edge', () => {
  for (const [edge, inline] of [
    ['in: { in: { from: b, edge: inline } }', true],
    ['in: { in: [{ from: b, edge: inline }] }', true],
    ['in: { from: b, edge: topic }', false],
    ['in: { from: b }', false],
    ['in: [b]', false],
  ] as const) {
    const { pipeline, faults } = load(fused.replace('in: { from: b, edge: inline }', edge))
    assert.deepEqual(faults, [], edge)
    assert.deepEqual(pipeline?.stages['dedup']?.inputs, { in: [{ topic: 'b', inline }] }, edge)
  }
})

test('a second stage that writes the topic stops the edge, and both writers are shown', () => {
  const yaml = withStages(`  other:
    use: validate
    in: a
    out: { accepted: b, rejected: r }
`)
  const [fault, ...others] = load(yaml).faults
  assert.deepEqual(others, [])
  assert.equal(`${fault?.code} ${fault?.place.line}:${fault?.place.column}`, 'C4A1402 15:26')
  assert.deepEqual(
    fault?.also.map(({ place }) => place.line),
    [12, 20],
  )
})

test('a stage fused with two stages is refused', () => {
  const yaml = fused
    .replace('topics:\n', 'topics:\n  x: { value: Message, key: conversation }\n')
    .replace(
      'stages:\n',
      'stages:\n  other:\n    use: validate\n    in: a\n    out: { accepted: x, rejected: r }\n',
    )
    .replace('{ from: b, edge: inline }', '[{ from: b, edge: inline }, { from: x, edge: inline }]')
  assert.deepEqual(places(yaml), ['C4A1406 20:45'])
})

test('a batch effect does not fuse, on either side', () => {
  const topics = `topics:
  e: { value: Event, key: conversation, sink: us }
  l: { value: Receipt, key: conversation, source: us, sink: us }
  v: { value: Delivery, key: conversation, source: us }
`
  const status = (submitted: string, rejected: string) => `  status:
    use: status-update
    in: { submitted: ${submitted}, received: c, rejected: ${rejected}, deliveries: v, receipts: l }
    out: { events: e, later: l, orphaned: l }
`
  const yaml = withStages(status('{ from: b, edge: inline }', 'r'))
    .replace('topics:\n', () => topics)
    .replace('in: { from: b, edge: inline }\n    out: { unique', 'in: b\n    out: { unique')
  const codes = new Set(load(yaml).faults.map(({ code }) => code))
  assert.ok(codes.has('C4A1403'), [...codes].join())
})

test('chains fuse: each stage with the one before it', () => {
  const yaml = withStages(`  again:
    use: dedup
    in: { from: c, edge: inline }
    out: { unique: { discard: enough }, rejected: r }
`)
  assert.deepEqual(places(yaml), [])
})
