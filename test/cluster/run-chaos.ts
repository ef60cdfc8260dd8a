import { execFileSync } from 'node:child_process'
import { type ClusterChaosOptions, clusterChaos } from './chaos.ts'
import { report } from './report.ts'
import { slowestWays } from './slowest-ways.ts'

/** `npm run chaos -- --profile cluster`; answers its exit code. */
export async function runClusterChaos(
  options: Omit<ClusterChaosOptions, 'say'>,
  json: boolean,
): Promise<number> {
  const startedAt = performance.now()
  const say = (sentence: string) => {
    const seconds = Math.round((performance.now() - startedAt) / 1_000)
    process.stderr.write(`${String(seconds).padStart(5)} s  ${sentence}\n`)
  }
  try {
    const outcome = await clusterChaos({ ...options, say })
    const { phases, verdict, accepted, machine, folder } = outcome
    if (json) console.log(JSON.stringify(outcome))
    else {
      console.log(report(phases))
      console.log(`\ncommit ${commit()}, ${machine}, seed ${options.seed}`)
      console.log(`${accepted} accepted, ${verdict.lost} lost, ${verdict.inversions} inversions`)
      console.log(`${verdict.repeatedEvents} events told again under the same id`)
      for (const line of slowestWays(phases)) console.log(line)
      if (folder) console.log(`kept: ${folder}`)
      for (const failure of verdict.failures.slice(0, 40)) console.error(`  ${failure}`)
      const { length } = verdict.failures
      console.log(length === 0 ? 'no promise broken' : `${length} promises broken`)
    }
    return verdict.failures.length === 0 ? 0 : 1
  } catch (error) {
    if (!options.signal.aborted) throw error
    console.error('stopped; nothing is left running')
    return 130
  }
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
  } catch {
    return 'unknown'
  }
}
