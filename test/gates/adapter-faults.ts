import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path/posix'
import { importsOf } from './imports-of.ts'

/** What lies among the adapters and implements no port by itself. */
const partsOfOthers: Readonly<Record<string, string>> = {
  'topology/adapters/embedded': 'consumer groups, the half that both embedded logs share',
  'topology/adapters/partitioner.ts': "a function, held to numbers of Kafka's own partitioner",
  'topology/adapters/sleep-after.ts': 'what both clocks make of their timers',
  'topology/adapters/system-clock.ts': 'the clock of the machine: nothing to hold it to',
  'topology/adapters/virtual-clock.ts': 'a clock for tests, with tests of its own',
}

/** A sentence for each adapter that no conformance suite (test/conformance) is run on. */
export function adapterFaults(root: string): string[] {
  const adapters = ['topology/adapters', 'storage/adapters'].flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => join(folder, name)),
  )
  const reached = adaptersUnderSuites(root)
  const isReached = (adapter: string) =>
    [...reached].some((file) => file === adapter || file.startsWith(`${adapter}/`))
  return [
    ...adapters
      .filter((adapter) => !(adapter in partsOfOthers) && !isReached(adapter))
      .map((adapter) => `${adapter} goes through no suite of test/conformance`),
    ...Object.keys(partsOfOthers)
      .filter((adapter) => !existsSync(join(root, adapter)))
      .map((adapter) => `${adapter} is gone: take it off the list in test/gates/adapter-faults.ts`),
  ]
}

/** The files that a test loads which also loads a suite, itself or through other files of the tests. */
function adaptersUnderSuites(root: string): Set<string> {
  const reached = new Set<string>()
  for (const test of globSync('test/**/*.test.ts', { cwd: root })) {
    const loaded = loadedBy(root, test.replaceAll('\\', '/'))
    if (![...loaded].some((file) => /^test\/conformance\/[^/]+\.ts$/.test(file))) continue
    for (const file of loaded) reached.add(file)
  }
  return reached
}

function loadedBy(root: string, file: string, seen = new Set<string>()): Set<string> {
  for (const name of importsOf(readFileSync(join(root, file), 'utf8'))) {
    const path = join(file, '..', name)
    if (!name.startsWith('.') || seen.has(path)) continue
    seen.add(path)
    // Beyond the tests it does not matter who loads whom.
    if (path.startsWith('test/') && path.endsWith('.ts')) loadedBy(root, path, seen)
  }
  return seen
}
