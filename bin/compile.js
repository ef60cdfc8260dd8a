// Run while the image is built, by the user and with the flags that it starts with: strips all of the program of its types
// and compiles it, with the packages that it loads, into ./compiled. Without that a process that starts compiles all it needs
// and writes it down, which takes five times as long (docs/decisions/0070-compiled-in-the-image.md).
import { glob } from 'node:fs/promises'
import { enableCompileCache } from 'node:module'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const rooms = '{cli,connectors,domain,gateway,schemas,stages,storage,topology}'
/** What does something when it is loaded: programs, and threads of the embedded profile. */
const running = [
  'cli/main.ts',
  'cli/generate.ts',
  'schemas/generate.ts',
  'storage/adapters/pglite/worker.ts',
  'topology/adapters/sqlite/writer-thread.ts',
]

enableCompileCache(join(root, 'compiled'))
for await (const file of glob(`${rooms}/**/*.ts`, { cwd: root, exclude: running })) {
  await import(join(root, file))
}
// At last the program itself. Node writes the folder when it ends.
process.argv.splice(2, Number.POSITIVE_INFINITY, '--version')
await import('./image.js')
