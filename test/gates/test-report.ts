import { relative } from 'node:path'
import type { EventData } from 'node:test'
import type { TestEvent } from 'node:test/reporters'
import { inspect } from 'node:util'
import pc from 'picocolors'

interface FileNotes {
  readonly names: Map<number, { readonly name: string; readonly parent: number | undefined }>
  readonly failures: string[]
  /** What the file's process wrote, shown only when it fails. */
  readonly written: string[]
  tests: number
  failed: boolean
}

/** After so long without a file that ended, what runs is told. Milliseconds. */
const quietMs = 15_000

/** Prints a line for each file as it ends, and all there is to know of what failed. */
export class TestReport {
  /** Whether every test so far holds. */
  ok = true
  /** Names of tests that were skipped, by reason. */
  readonly leftOut = new Map<string, string[]>()
  readonly failedFiles = new Set<string>()
  readonly #root: string
  readonly #total: number
  readonly #files = new Map<string, FileNotes>()
  readonly #failed: string[] = []
  /** `tests 12`, `pass 12` and so on, by the runner itself. */
  readonly #closing: string[] = []
  /** Files whose process runs, and since when. */
  readonly #running = new Map<string, number>()
  readonly #heartbeat: NodeJS.Timeout
  #done = 0
  #lastWordMs = performance.now()

  constructor(root: string, total: number) {
    this.#root = root
    this.#total = total
    this.#heartbeat = setInterval(() => this.#sayWhatRuns(), quietMs / 3)
  }

  on(event: TestEvent): void {
    const { type, data } = event
    if (type === 'test:summary' && data.file === undefined) this.ok &&= data.success
    const entry = entryFileOf(data)
    if (entry === undefined) {
      if (type === 'test:diagnostic') this.#closing.push(data.message)
      if (type === 'test:dequeue') this.#running.set(data.file ?? '', performance.now())
      if (type === 'test:complete') this.#fileEnded(data)
      return
    }
    const notes = this.#notesOf(entry)
    if (type === 'test:enqueue') {
      notes.names.set(data.testId, { name: data.name, parent: data.parentId })
    } else if (type === 'test:stdout' || type === 'test:stderr') notes.written.push(data.message)
    else if (type === 'test:diagnostic') notes.written.push(`${data.message}\n`)
    else if (type === 'test:complete') this.#testEnded(notes, data)
  }

  /** A file that has been running for so long. */
  runningFor(ms: number): string | undefined {
    const since = performance.now() - ms
    const found = [...this.#running].find(([, sinceMs]) => sinceMs < since)
    return found && relative(this.#root, found[0])
  }

  /** Each test that failed, and why in a few lines. */
  get failedInShort(): readonly string[] {
    return this.#failed
  }

  /** Says nothing more. */
  close(): void {
    clearInterval(this.#heartbeat)
  }

  /** Prints the notes, unless all held in the end what failed once more by name, and the runner's closing lines last. */
  end(notes: readonly string[], held = false): void {
    this.close()
    // The last words of a process that died may come after the news of its end.
    for (const [file, fileNotes] of this.#files) {
      if (fileNotes.failed) this.#showWritten(fileNotes, relative(this.#root, file))
    }
    const lines = notes.filter((note) => note !== '').map((note) => `\n${note}`)
    for (const [reason, names] of this.leftOut) {
      lines.unshift(
        `\nleft out: ${names[0]}${names.length > 1 ? ` and ${names.length - 1} more` : ''}: ${reason}`,
      )
    }
    if (this.#failed.length > 0 && !held) lines.push(`\nfailed:\n${this.#failed.join('\n')}`)
    process.stdout.write(
      `${lines.join('')}\n${this.#closing.map((line) => `ℹ ${line}\n`).join('')}`,
    )
  }

  /** Long tests say nothing for minutes; whoever watches should see that something goes on. */
  #sayWhatRuns(): void {
    const nowMs = performance.now()
    if (nowMs - this.#lastWordMs < quietMs) return
    this.#lastWordMs = nowMs
    const running = [...this.#running].map(
      ([file, sinceMs]) =>
        `${relative(this.#root, file)} (${Math.round((nowMs - sinceMs) / 1000)} s)`,
    )
    if (running.length > 0) console.log(pc.dim(`          running: ${running.join(', ')}`))
  }

  #testEnded(notes: FileNotes, { testId, details, todo, skip }: EventData.TestComplete): void {
    if (details.type === 'test') notes.tests++
    if (typeof skip === 'string') {
      const names = this.leftOut.get(skip) ?? []
      this.leftOut.set(skip, [...names, fullNameOf(notes, testId).replaceAll(/\s+/g, ' ')])
    }
    const { error } = details
    if (details.passed || todo !== undefined || !error || isOfSubtests(error)) return
    const name = fullNameOf(notes, testId)
    notes.failures.push(`${pc.red(`✖ ${name}`)}\n${indented(inspect(error.cause, { depth: 8 }))}`)
  }

  #fileEnded({ file = '', details }: EventData.TestComplete): void {
    const notes = this.#notesOf(file)
    const { tests, failures } = notes
    notes.failed = !details.passed
    this.#running.delete(file)
    this.#lastWordMs = performance.now()
    const path = relative(this.#root, file)
    const word = details.passed ? pc.green('ok') : pc.red('FAILED')
    const count = `${++this.#done}/${this.#total}`.padStart(9)
    const seconds = (details.duration_ms / 1000).toFixed(1)
    console.log(`${pc.dim(count)} ${word} ${path} ${pc.dim(`${tests} tests, ${seconds} s`)}`)
    if (details.passed) return
    this.failedFiles.add(file)
    for (const failure of failures) {
      console.log(indented(failure))
      this.#failed.push(`  ${path}: ${indented(inShort(failure)).trimStart()}`)
    }
    if (failures.length === 0) this.#failed.push(`  ${path}: ended badly`)
    this.#showWritten(notes, 'it')
  }

  #showWritten({ written }: FileNotes, who: string): void {
    if (written.length > 0) console.log(indented(`${who} wrote:\n${indented(written.join(''))}`))
    written.length = 0
  }

  #notesOf(file: string): FileNotes {
    const known = this.#files.get(file)
    if (known) return known
    const notes: FileNotes = {
      names: new Map(),
      failures: [],
      written: [],
      tests: 0,
      failed: false,
    }
    this.#files.set(file, notes)
    return notes
  }
}

/** The test file whose process an event came from; `file` names where a test is written, which may be a suite. */
function entryFileOf(data: unknown): string | undefined {
  if (typeof data !== 'object' || data === null) return undefined
  return 'entryFile' in data && typeof data.entryFile === 'string' ? data.entryFile : undefined
}

/** Its name and why, without the way there: what reads the last lines only sees it, too. */
function inShort(failure: string): string {
  const lines = failure.split('\n')
  const stack = lines.findIndex((line) => line.trimStart().startsWith('at '))
  return lines.slice(0, Math.min(stack === -1 ? lines.length : stack, 8)).join('\n')
}

/** A suite fails with its tests, which are told themselves. */
function isOfSubtests(error: object): boolean {
  return 'failureType' in error && error.failureType === 'subtestsFailed'
}

function fullNameOf({ names }: FileNotes, testId: number): string {
  const parts: string[] = []
  for (let id: number | undefined = testId; id !== undefined; ) {
    const named = names.get(id)
    if (!named) break
    parts.unshift(named.name)
    id = named.parent
  }
  return parts.join(' › ')
}

function indented(text: string): string {
  return text.trimEnd().replaceAll(/^/gm, '    ')
}
