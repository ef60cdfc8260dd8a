import type { Attempt, Emit, Input, PortTypes, StageBody } from '../../topology/contract/stage.ts'

export const nowMs = Date.UTC(2026, 0, 1)

/** An input of a port as the engine would hand it over. */
export function inputOf<Port extends string, Value>(
  port: Port,
  value: Value,
  key = 'default/c1',
  headers: Readonly<Record<string, string>> = {},
) {
  const position = { topic: port, partition: 0, offset: 0 }
  return { port, key, value, headers, timestampMs: nowMs, position }
}

/** What a stage emits for each input of a batch, whatever its shape. */
export async function runStage<In extends PortTypes, Out extends PortTypes>(
  body: StageBody<In, Out>,
  inputs: readonly Input<In>[],
  atMs = nowMs,
): Promise<readonly (readonly Emit<Out>[])[]> {
  const context = { nowMs: atMs }
  switch (body.shape) {
    case 'transform':
      return inputs.map((input) => body.run(input, context))
    case 'lookup': {
      const facts = await body.load(inputs, context)
      return inputs.map((input, index) => body.decide(input, facts[index], context))
    }
    case 'batch-effect':
      return body.act(inputs, context)
    case 'keyed-effect': {
      const emitted: (readonly Emit<Out>[])[] = []
      for (const input of inputs) emitted.push(emitOf(await attempt(body, input, atMs)))
      return emitted
    }
  }
}

export async function attempt<In extends PortTypes, Out extends PortTypes>(
  body: StageBody<In, Out>,
  input: Input<In>,
  atMs = nowMs,
  epoch = 1,
  now = () => atMs,
): Promise<Attempt<Out>> {
  if (body.shape !== 'keyed-effect') throw new Error(`${body.shape} makes no attempts`)
  const { signal } = new AbortController()
  return body.act(input, { nowMs: atMs, now, attempt: 1, epoch, signal })
}

const emitOf = <Out extends PortTypes>({ emit }: Attempt<Out>): readonly Emit<Out>[] => emit ?? []
