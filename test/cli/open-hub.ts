import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Ended, type Environment, type RunningCli, startCli } from './run-cli.ts'

/** A hub as a process of its own, on free ports and an empty folder. */
export interface OpenHub {
  readonly process: RunningCli
  readonly url: string
  readonly phones: string
  readonly key: string
  /** What other commands need to find it. */
  readonly environment: Environment
  readonly dataDir: string
  stop(): Promise<Ended>
}

export const anyPorts: Environment = {
  C4A_HTTP_PORT: '0',
  C4A_GRPC_PORT: '0',
  C4A_SIMULATOR_PORT: '0',
  C4A_REGISTRY_PORT: '0',
  C4A_LOG_LEVEL: 'error',
}

/**
 * `stop` it in the end: it takes its folder with it. `prepare` may put something there before the start; a folder of one
 * that was killed may be given to go on with.
 */
export async function openHub(
  prepare: (dataDir: string) => void = () => {},
  settings: Environment = {},
  dataDir = mkdtempSync(join(tmpdir(), 'c4a-cli-')),
): Promise<OpenHub> {
  prepare(dataDir)
  const hub = startCli(['start'], { ...anyPorts, ...settings, C4A_DATA_DIR: dataDir })
  const greeting = await hub.said(/key\s+\S+\n/)
  const url = /REST\s+(\S+)/.exec(greeting)?.[1] ?? ''
  return {
    process: hub,
    url,
    phones: /phones\s+(\S+)/.exec(greeting)?.[1] ?? '',
    key: readFileSync(join(dataDir, 'bootstrap-key'), 'utf8').trim(),
    environment: { C4A_URL: url, C4A_DATA_DIR: dataDir },
    dataDir,
    async stop() {
      hub.kill('SIGTERM')
      const ended = await hub.ended
      rmSync(dataDir, { recursive: true, force: true })
      return ended
    },
  }
}
