import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { StageTools } from '../../stages/tools.ts'
import type { Emit, Input, PortTypes, Settings, StageType } from '../../topology/contract/stage.ts'
import { records, toolsOf } from './fixtures.ts'
import { runStage } from './run-stage.ts'

export interface StageCase<In extends PortTypes> {
  readonly settings?: Settings
  readonly outputs?: readonly string[]
  /** Fresh for each run, with whatever the stores are to hold. */
  readonly tools?: () => Promise<StageTools> | StageTools
  readonly inputs: () => readonly Input<In>[]
}

/** What every stage must hold, whatever it decides. */
export function stageSuite<In extends PortTypes, Out extends PortTypes>(
  stage: StageType<In, Out, StageTools>,
  { settings = {}, outputs, tools = toolsOf, inputs }: StageCase<In>,
): void {
  const ports = outputs ?? Object.keys(stage.out)
  const run = async (given: readonly Input<In>[]) => {
    const setup = { id: stage.name, settings, outputs: ports, tools: await tools() }
    return runStage(stage.create(setup), given)
  }

  describe(`${stage.name} as a stage`, () => {
    test('emits something for the inputs of this suite', async () => {
      assert.notEqual((await run(inputs())).flat().length, 0)
    })

    test('leaves its inputs alone', async () => {
      await run(deepFreeze(inputs()))
    })

    test('answers alike when it is run twice', async () => {
      assert.deepEqual(await run(inputs()), await run(inputs()))
    })

    test('answers each input, in order', async () => {
      const given = inputs()
      assert.equal((await run(given)).length, given.length)
    })

    test('emits what its ports carry: known port, key, a value that encodes', async () => {
      for (const emit of (await run(inputs())).flat()) fits(stage.out, emit, ports)
    })
  })
}

function fits<Out extends PortTypes>(out: Out, emit: Emit<Out>, ports: readonly string[]): void {
  assert.ok(ports.includes(emit.to), `no port '${emit.to}'`)
  const type = out[emit.to] ?? out['*']
  assert.ok(type)
  assert.match(emit.key, /^[^/]+\/.+$/)
  records.encode(type, emit.value)
}

/** Bytes cannot be frozen, so their content is not looked at. */
function deepFreeze<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value
  for (const each of Object.values(value)) deepFreeze(each)
  return Object.freeze(value)
}
