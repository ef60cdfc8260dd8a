import { Chat4AllError } from '../../topology/contract/errors.ts'
import type { Position } from '../../topology/contract/record.ts'
import type { Broker } from '../../topology/ports/broker.ts'
import type { Clock } from '../../topology/ports/clock.ts'

/** How far a stage has come, for those who must see what it has done; whichever process it runs in. */
export interface GroupProgress {
  /** True as soon as the group has committed past the position; false when `timeoutMs` runs out first. */
  passed(position: Position, timeoutMs: number): Promise<boolean>
  /**
   * Resolves when the group has committed past everything that the topics held at the time of the call.
   * Throws C4A_STORE_UNREACHABLE (retryable) when that takes longer than `timeoutMs`.
   */
  caughtUp(topics: readonly string[], timeoutMs: number): Promise<void>
}

const lookEveryMs = 10

/** @param group the stage's; where nobody runs it nothing is ever passed */
export function groupProgress(
  { broker, clock }: { readonly broker: Broker; readonly clock: Clock },
  group: string,
): GroupProgress {
  let asking: Promise<readonly Position[]> | undefined

  /** One question on its way, however many wait for an answer. */
  function committed(): Promise<readonly Position[]> {
    asking ??= broker.committed(group).finally(() => {
      asking = undefined
    })
    return asking
  }

  async function allPassed(wanted: readonly Position[], timeoutMs: number): Promise<boolean> {
    const untilMs = clock.now() + timeoutMs
    for (;;) {
      const positions = await committed()
      if (wanted.every((each) => isPast(positions, each))) return true
      if (clock.now() >= untilMs) return false
      await clock.sleep(lookEveryMs)
    }
  }

  return {
    passed: (position, timeoutMs) => allPassed([position], timeoutMs),
    async caughtUp(topics, timeoutMs) {
      const ends = (await Promise.all(topics.map((topic) => broker.ends(topic)))).flat()
      const last = ends
        .filter(({ earliest, next }) => next > earliest)
        .map(({ topic, partition, next }) => ({ topic, partition, offset: next - 1 }))
      if (last.length === 0 || (await allPassed(last, timeoutMs))) return
      throw new Chat4AllError('C4A_STORE_UNREACHABLE', {
        what: `Group '${group}' has not caught up with ${topics.join(', ')}`,
        why: `it took longer than ${timeoutMs} ms`,
        todo: 'It is waited for again; see that its stage runs in some process, and what its log says',
      })
    },
  }
}

function isPast(positions: readonly Position[], { topic, partition, offset }: Position): boolean {
  const at = positions.find((each) => each.topic === topic && each.partition === partition)
  return (at?.offset ?? 0) > offset
}
