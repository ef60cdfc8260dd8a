import type { Case } from '../harness/case.ts'
import { formatted } from '../harness/format.ts'
import { targets } from '../harness/targets.ts'
import { type Compared, log } from './log.ts'

/** P7 and P8, reported: the durable log against a bare file; log.ts says what is compared. */
export const durableLog: Case = {
  targets: ['P7', 'P8'],
  title: 'the durable log against a bare file with fsync',
  async run({ effort, say }) {
    const { rounds, runMs, quick } = effort
    say('appends, then a replay; this says nothing for a while')
    const replayRecords = quick ? 100_000 : 500_000
    const found = await log({ rounds, runMs: Math.min(runMs, 1_000), replayRecords })
    const line = (target: string, what: string, { ratio, ours, bare, cpuMicros }: Compared) => {
      const rates = `${formatted(ours, '/s')} against ${formatted(bare, '/s')}`
      const beside = `${rates}; ${formatted(cpuMicros, 'us')} CPU a record`
      return { target, what, value: ratio, unit: 'x', beside, reportedOnly: true } as const
    }
    const acks = found.acks.map(({ callers, figures }) => ({
      ...line('P7', `acknowledged appends, ${callers} callers`, figures),
      ...(callers === 64 ? targets.logAcks : { better: 'higher' as const }),
    }))
    const batches = found.batches.map(({ size, figures }) => ({
      ...line('P7', `appends of ${size} by one caller`, figures),
      better: 'higher' as const,
    }))
    const replay = line('P8', 'reopen and read all again', found.replay)
    const reopened = `${replay.beside}; open after ${formatted(found.reopenMs, 'ms')}`
    return [...acks, ...batches, { ...replay, ...targets.logReplay, beside: reopened }]
  },
}
