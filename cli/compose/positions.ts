import type { Position } from '../../topology/contract/record.ts'
import type { Broker } from '../../topology/ports/broker.ts'
import type { Clock } from '../../topology/ports/clock.ts'

const lookEveryMs = 10

/** True as soon as the group has committed past the position; false when `timeoutMs` runs out first. */
export async function committedPast(
  { broker, clock }: { readonly broker: Broker; readonly clock: Clock },
  group: string,
  { topic, partition, offset }: Position,
  timeoutMs: number,
): Promise<boolean> {
  const untilMs = clock.now() + timeoutMs
  for (;;) {
    const positions = await broker.committed(group)
    const at = positions.find((each) => each.topic === topic && each.partition === partition)
    if ((at?.offset ?? 0) > offset) return true
    if (clock.now() >= untilMs) return false
    await clock.sleep(lookEveryMs)
  }
}

/** True when the promise resolves in time. */
export function within(clock: Clock, promise: Promise<void>, timeoutMs: number): Promise<boolean> {
  return Promise.race([promise.then(() => true), clock.sleep(timeoutMs).then(() => false)])
}
