#!/usr/bin/env node
// Goes on in the Node 24 that npm installed, whatever Node started this file:
// `npm ci && npm start` must work wherever Node 20 and npm are. Plain JavaScript,
// because the Node that reads it may not know TypeScript.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')

/** The pinned runtime, or the present one where that is new enough. */
function runtime() {
  const pinned = join(
    root,
    'node_modules',
    'node',
    'bin',
    process.platform === 'win32' ? 'node.exe' : 'node',
  )
  if (existsSync(pinned)) return pinned
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath
  console.error(
    'chat4all needs Node 24, which npm installs beside it: run `npm ci` in this folder first.',
  )
  process.exit(69)
}

// What lives from a request to its commit lives longer than 16 MB of garbage take: with room for 64 more of it is
// gone before it is looked at. docs/performance.md has the figures.
const flags = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=64']

/** Runs a TypeScript file of ours and ends as it ends. */
export function run(script, args) {
  const child = spawn(runtime(), [...flags, script, ...args], {
    stdio: 'inherit',
  })
  // The terminal sends Ctrl-C to the whole group; passing it on again would look like an impatient second one.
  process.on('SIGINT', () => {})
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [script, ...args] = process.argv.slice(2)
  run(script, args)
}
