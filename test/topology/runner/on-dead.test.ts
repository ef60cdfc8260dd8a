import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Attempt, PortTypes } from '../../../topology/contract/stage.ts'
import type { DeadLetter } from '../../../topology/runner/dead-letter.ts'
import { jsonCodec, pipelineOf, rig, stageOf, topicOf, typeOf } from './bench-rig.ts'

const textOf = (value: unknown) => (value as { readonly text: string }).text

/** Tells of each letter on `told`; throws for the one that says so. */
function onDead({ stageId, key, code, value }: DeadLetter) {
  if (Buffer.from(value ?? []).includes('tongue-tied')) throw new Error('no words')
  const text = `${stageId} ${key} ${code}`
  return [
    {
      topic: 'told',
      key,
      value: jsonCodec.encode('TextContent', { entities: null, text }),
      headers: {},
    },
  ]
}

const wired = (use: string) =>
  pipelineOf(
    [topicOf('a', 1), topicOf('out', 1), topicOf('told', 1)],
    [stageOf(use, { from: 'a', outputs: { out: { topic: 'out', maxHops: null } } })],
  )

describe('of a dead letter, what the composition root makes of it is told', () => {
  test('by a batch stage, for what cannot be read and for what it throws on', async () => {
    const troubles: string[] = []
    const meter = { trouble: (_stage: string, what: string) => void troubles.push(what) }
    const { engine, send, texts, clock } = rig(meter, jsonCodec, { onDead })
    const picky = typeOf('picky', {
      shape: 'transform',
      run({ key, value }) {
        if (textOf(value) !== 'fine') throw new Error('no taste')
        return [{ to: 'out', key, value: { entities: null, text: 'fine' } }]
      },
    })
    await engine(wired('picky'), [picky])
    await send('a', 'k', 'fine', '!broken', 'bad', 'tongue-tied')
    await clock.advance(100)
    const each = 'picky k C4A_STAGE_FAILED'
    assert.deepEqual(await texts('told'), [each, each])
    assert.deepEqual(await texts('picky.dlq'), ['!broken', 'bad', 'tongue-tied'])
    assert.ok(troubles.includes('nobody could be told of a dead letter'))
  })

  test('by an effect, but for what it has told itself', async () => {
    const { engine, send, texts, clock } = rig({}, jsonCodec, { onDead })
    const dead = (text: string, told: boolean): Attempt<PortTypes> => ({
      kind: 'dead',
      reason: 'never',
      emit: told ? [{ to: 'out', key: 'k', value: { entities: null, text } }] : [],
    })
    const effect = typeOf('effect', {
      shape: 'keyed-effect',
      group: () => 'g',
      giveUp: () => [{ to: 'out', key: 'k', value: { entities: null, text: 'gave up' } }],
      async act({ value }) {
        const text = textOf(value)
        return text === 'held' ? { kind: 'hold', reason: 'x' } : dead(text, text === 'explained')
      },
    })
    await engine(wired('effect'), [effect])
    await send('a', 'k', '!broken', 'explained', 'silent', 'held')
    await clock.advance(3_600_000)
    const each = 'effect k C4A_STAGE_FAILED'
    assert.deepEqual(await texts('told'), [each, each])
    assert.deepEqual(await texts('out'), ['explained', 'gave up'])
    assert.equal((await texts('effect.dlq')).length, 4)
  })
})
