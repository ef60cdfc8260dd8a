import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { dotOf } from '../../topology/pipeline/graph/dot.ts'
import { drawingOf } from '../../topology/pipeline/graph/drawing.ts'
import { mermaidOf } from '../../topology/pipeline/graph/mermaid.ts'
import { svgOf } from '../../topology/pipeline/graph/svg.ts'
import { textOf } from '../../topology/pipeline/graph/text.ts'
import { loadPipeline } from '../../topology/pipeline/load.ts'
import type { Pipeline } from '../../topology/pipeline/model.ts'
import { effect, fused, round } from './small-pipelines.ts'
import { stageTypes } from './stage-types.ts'

function loaded(yaml: string): Pipeline {
  const { pipeline } = loadPipeline(yaml, 'p.yaml', stageTypes)
  assert.ok(pipeline)
  return pipeline
}

describe('what is drawn', () => {
  test('stages and those outside are nodes, topics stand on the arrows, inline edges and loops are told apart', () => {
    const arrows = [...drawingOf(loaded(round)).arrows, ...drawingOf(loaded(fused)).arrows]
    const drawn = arrows.map(({ from, to, kind, topics }) => `${from} -${kind}-> ${to}: ${topics}`)
    for (const arrow of [
      'outside gateway -topic-> stage validate: a',
      'stage enrich -loop-> stage validate: a',
      'stage validate -inline-> stage dedup: b',
      'stage enrich -topic-> outside us: c,r,f',
    ])
      assert.ok(
        drawn.some((each) => each === arrow || each.replace('c,f,r', 'c,r,f') === arrow),
        `${arrow} in ${drawn.join('\n')}`,
      )
  })

  test('park and dead letters are drawn only with all', () => {
    const kinds = (all: boolean) =>
      new Set(drawingOf(loaded(effect), { all }).nodes.map(({ kind }) => kind))
    assert.deepEqual(kinds(false), new Set(['stage', 'outside']))
    assert.deepEqual(kinds(true), new Set(['stage', 'outside', 'park', 'dead-letters']))
  })
})

test('text lists each node after all that feed it', () => {
  const text = textOf(loaded(fused))
  const at = ['gateway\n  a', 'validate\n  b ==> dedup', 'dedup\n  c --> us'].map((part) =>
    text.indexOf(part),
  )
  assert.deepEqual(
    at,
    at.toSorted((one, other) => one - other),
  )
  assert.ok(!at.includes(-1), text)
})

test('text ends for a drawing that goes round, as parks do', () => {
  assert.match(textOf(loaded(effect), { all: true }), /deliver\.park +\.\.> park/)
})

test('mermaid draws inline edges thick and loops dotted', () => {
  assert.match(mermaidOf(loaded(fused)), /n0 ==>\|"b<br\/>inline"\| n1/)
  assert.match(mermaidOf(loaded(round)), /n1 -\.->\|"a<br\/>loop, at most 2"\| n0/)
})

test('names with signs of their own break neither mermaid nor dot', async () => {
  const odd = loaded(effect.replaceAll('sink: us', `sink: 'a "b" <i>#1</i> \\ c'`))
  assert.match(mermaidOf(odd), /"a #quot;b#quot; #lt;i>#35;1#lt;\/i> \\ c"/)
  assert.match(dotOf(odd), /label="a \\"b\\" <i>#1<\/i> \\\\ c"/)
  assert.match(await svgOf(odd), /a &quot;b&quot; &lt;i&gt;#1&lt;\/i&gt; \\ c/)
})

test('svg is a picture with every stage and topic in it', async () => {
  const svg = await svgOf(loaded(round))
  assert.match(svg, /<svg /)
  for (const name of ['validate', 'enrich', 'gateway', 'loop, at most 2'])
    assert.ok(svg.includes(`>${name}<`), name)
})

test('no address, secret or value of the environment is drawn', async () => {
  const { pipeline } = loadPipeline(effect, 'p.yaml', stageTypes, {
    resolve: 'values',
    environment: { TOKEN: 'hunter2', VERIFY: 'hunter2', SECRET: 'hunter2' },
  })
  assert.ok(pipeline)
  const drawings = [textOf(pipeline), mermaidOf(pipeline), dotOf(pipeline), await svgOf(pipeline)]
  assert.doesNotMatch(drawings.join(''), /hunter2|graph\.example/)
})
