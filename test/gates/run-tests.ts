import { chmodSync, globSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from 'node:test'
import type { TestEvent } from 'node:test/reporters'
import { coverageFaults, coverageText } from './coverage.ts'
import { hasCode } from './has-code.ts'
import { leftOutFaults } from './left-out-faults.ts'
import { TestReport } from './test-report.ts'

export interface TestsOptions {
  readonly root: string
  /** Only files whose path has one of these; all when empty. */
  readonly words: readonly string[]
  readonly coverage: boolean
  /** When a file is not done after so long, it and all that is left have failed; 8 minutes unless told otherwise. Milliseconds. */
  readonly fileTimeoutMs?: number
}

/** More files than these are no accident. */
const mostSecondRuns = 3

/** The rooms whose lines are measured. */
const measured = ['stages', 'topology']
/** Adapters whose tests need a server, and the variable that says where one is: without it they are not measured. */
const served: Readonly<Record<string, string>> = { 'topology/adapters/kafka/': 'C4A_TEST_KAFKA' }

/**
 * What takes long goes first, so that no processor is left with it alone at the end.
 * Everything else keeps its order.
 */
const long = [
  'simulation',
  'chaos',
  'storage/postgres',
  'cli/operator',
  'topology/broker',
  'topology/kafka',
  'topology/schema-evolution',
  'readme',
]

/**
 * Runs the tests in a process per file; true when all hold. Prints as it goes, the runner's closing lines last.
 * In CI, where servers and tests share whatever machine there is, up to three files that failed get a second run, one after the
 * other: what holds then is named with why it failed first, and does not fail the whole.
 */
export async function runTests(options: TestsOptions): Promise<boolean> {
  const { root, words } = options
  const files = testFiles(root, words)
  if (files.length === 0) {
    console.log(`no test file has ${words.join(' or ')} in its path`)
    return false
  }
  const isCi = Boolean(process.env['CI'])
  const { report, covered, faults } = await runFiles(files, options)
  faults.push(...leftOutFaults(report.leftOut, isCi))
  let holds = report.ok
  const notes = [covered]
  const again = isCi ? [...report.failedFiles] : []
  if (again.length > 0 && again.length <= mostSecondRuns) {
    console.log(`\nruns again what failed, one after the other: ${again.length}`)
    const alone = { ...options, coverage: false, concurrency: 1 }
    const second = await runFiles(again, alone)
    faults.push(...second.faults)
    holds = second.report.ok
    if (holds) notes.push('held only when run again:', ...report.failedInShort)
    second.report.close()
  }
  report.end([...notes, ...faults.map((fault) => `FAILED ${fault}`)], holds)
  return holds && faults.length === 0
}

interface Ran {
  readonly report: TestReport
  readonly covered: string
  readonly faults: string[]
}

async function runFiles(
  files: readonly string[],
  {
    root,
    coverage,
    fileTimeoutMs = 480_000,
    concurrency = availableParallelism(),
  }: TestsOptions & { readonly concurrency?: number },
): Promise<Ran> {
  // What a test leaves behind is then seen, and gone.
  const folder = mkdtempSync(join(tmpdir(), 'chat4all-test-'))
  // A test may start a server as another user, who has to get through.
  chmodSync(folder, 0o711)
  const outer = process.env['TMPDIR']
  process.env['TMPDIR'] = folder
  const report = new TestReport(root, files.length)
  const faults: string[] = []
  let covered = ''
  const hung = new AbortController()
  const watch = setInterval(() => {
    const file = report.runningFor(fileTimeoutMs)
    if (file && !hung.signal.aborted) {
      faults.push(`stopped: ${file} is not done after ${fileTimeoutMs / 1000} s`)
      hung.abort(new Error('stopped'))
    }
  }, 500)
  try {
    const events = run({
      files,
      cwd: root,
      concurrency,
      coverage,
      signal: hung.signal,
      coverageIncludeGlobs: measured.map((room) => `${room}/**/*.ts`),
    })
    // The stream is declared as one of anything.
    for await (const event of events as AsyncIterable<TestEvent>) {
      if (event.type === 'test:coverage') {
        const { files: lines } = event.data.summary
        const onDisk = measured
          .flatMap((room) => globSync(`${room}/**/*.ts`, { cwd: root }))
          .filter((path) => hasCode(readFileSync(join(root, path), 'utf8')))
          .filter(isServed)
        const seen = lines
          .map(({ path, totalLineCount, coveredLineCount }) => ({
            path: path.slice(root.length + 1),
            total: totalLineCount,
            covered: coveredLineCount,
          }))
          .filter(({ path }) => isServed(path))
        covered = coverageText(measured, seen)
        faults.push(...coverageFaults(measured, seen, onDisk))
      } else report.on(event)
    }
  } finally {
    clearInterval(watch)
    const left = readdirSync(folder)
    if (left.length > 0) faults.push(`left behind in the temporary folder: ${left.join(', ')}`)
    rmSync(folder, { recursive: true, force: true })
    if (outer === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = outer
  }
  return { report, covered, faults }
}

/** False for what cannot be run here. */
function isServed(path: string): boolean {
  const needed = Object.entries(served).find(([folder]) => path.startsWith(folder))?.[1]
  return needed === undefined || Boolean(process.env[needed])
}

function testFiles(root: string, words: readonly string[]): string[] {
  const rank = (path: string) => {
    const at = long.findIndex((part) => path.startsWith(`test/${part}`))
    return at === -1 ? long.length : at
  }
  return globSync('test/**/*.test.ts', { cwd: root })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => words.length === 0 || words.some((word) => path.includes(word)))
    .sort((a, b) => rank(a) - rank(b) || a.localeCompare(b))
    .map((path) => join(root, path))
}
