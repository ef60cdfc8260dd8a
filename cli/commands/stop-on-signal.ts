import type { Pipeline } from '../../topology/pipeline/model.ts'
import type { Hub } from '../compose/hub.ts'
import { exitCodes } from '../exit-codes.ts'

/** The first signal stops cleanly, the second at once. */
export function stopOnSignal(hub: Hub, pipeline: Pipeline, drainDelayMs: number): void {
  const longest = Math.max(...Object.values(pipeline.stages).map(({ drainMs }) => drainMs))
  let stopping = false
  const stop = () => {
    if (stopping) process.exit(exitCodes.interrupted)
    stopping = true
    process.stderr.write('stopping: what is under way may finish (once more: at once)\n')
    // A bound over all: nothing that hangs may keep the process from ending.
    setTimeout(() => process.exit(1), drainDelayMs + longest + 15_000).unref()
    hub.close().then(
      () => process.exit(exitCodes.ok),
      (error: unknown) => {
        process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
        process.exit(1)
      },
    )
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
}
