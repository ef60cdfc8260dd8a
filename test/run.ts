import { join } from 'node:path'
import { parseArgs } from 'node:util'
import pc from 'picocolors'
import { runCommand } from './gates/run-command.ts'
import { runTests } from './gates/run-tests.ts'

const help = `Everything that must hold before a change is pushed, in this order; a step that fails does not stop the next.

Usage: npm test -- [WORD...] [--only STEP] [--no-coverage]

  WORD          only the tests whose path has one of these words; no other step
  --only STEP   only this step (may be given again): types, lint, generated, pipelines, tests
  --no-coverage do not measure which lines of stages/ and topology/ the tests run

Examples:
  npm test                        all of it
  npm test -- gateway             the tests under test/gateway
  npm test -- stages/route        one file
  npm test -- --only lint         formatting and lint

Exit codes: 0 all holds, 1 something does not, 64 usage.`

const root = join(import.meta.dirname, '..')
const tool = (path: string) => join(root, 'node_modules', path)
const chat4all = join(root, 'cli', 'main.ts')

/** Each is a list of commands; all of them must end with 0. */
const steps: Readonly<Record<string, readonly (readonly string[])[]>> = {
  types: [[tool('typescript/bin/tsc'), '-p', 'tsconfig.json']],
  lint: [[tool('@biomejs/biome/bin/biome'), 'check', '.']],
  generated: [[join(root, 'cli', 'generate.ts'), '--check']],
  pipelines: [
    [chat4all, 'check', 'pipeline.yaml'],
    [chat4all, 'check', 'pipeline.fused.yaml'],
    [chat4all, 'check', 'pipeline.yaml', '--profile', 'cluster', '--allow-simulator'],
  ],
}
const names = [...Object.keys(steps), 'tests']

const { values, positionals } = readArguments()
if (values.help) {
  console.log(help)
  process.exit(0)
}
const chosen = values.only ?? (positionals.length > 0 ? ['tests'] : names)
const unknown = chosen.filter((name) => !names.includes(name))
if (unknown.length > 0) usage(`--only takes ${names.join(', ')}; not ${unknown.join(', ')}.`)

const failed: string[] = []
for (const [name, commands] of Object.entries(steps)) {
  if (!chosen.includes(name)) continue
  process.stdout.write(`${pc.bold(name.padEnd(10))} `)
  const { ok, output, seconds } = await runCommand(commands, root)
  console.log(`${ok ? pc.green('ok') : pc.red('FAILED')}  ${seconds.toFixed(1)} s`)
  if (ok) continue
  console.log(output)
  failed.push(name)
}
if (chosen.includes('tests')) {
  console.log(pc.bold('tests'))
  // A part of the tests cannot cover all of the lines.
  const coverage = values.coverage && positionals.length === 0
  if (!(await runTests({ root, words: positionals, coverage }))) failed.push('tests')
}

// On the other stream, so that the test runner's own closing lines stay the last on this one.
if (failed.length > 0) console.error(pc.red(`\nFAILED: ${failed.join(', ')}`))
process.exit(failed.length > 0 ? 1 : 0)

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      allowNegative: true,
      options: {
        only: { type: 'string', multiple: true },
        coverage: { type: 'boolean', default: true },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
  } catch (error) {
    return usage(error instanceof Error ? error.message : String(error))
  }
}

function usage(message: string): never {
  console.error(`${message}\n\n${help}`)
  process.exit(64)
}
