// The image's ENTRYPOINT: the program, beside what was compiled of it when the image was built (compile.js).
import { constants, enableCompileCache } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

// Good for one version of Node, one kind of processor and one user. For another Node would make a folder beside it, and
// may not: then it keeps what it compiles where it may write, for the next process in this container.
const shipped = enableCompileCache(join(import.meta.dirname, '..', 'compiled'))
if (shipped.status === constants.compileCacheStatus.FAILED) {
  enableCompileCache(join(tmpdir(), 'compiled'))
}
await import('../cli/main.ts')
