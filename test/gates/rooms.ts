import { globSync, readFileSync } from 'node:fs'
import { join, matchesGlob } from 'node:path/posix'
import { importsOf } from './imports-of.ts'

interface Room {
  /** Its files. A file belongs to the first room that has it. */
  readonly files: string
  /** What they may load of ours besides each other. */
  readonly may: readonly string[]
  /** Each of its folders is a room of its own. */
  readonly apart?: true
}

const contract = ['topology/contract/**', 'schemas/**']

/** Decision 0002 as a table. What is not allowed here is forbidden. */
export const rooms: readonly Room[] = [
  { files: 'schemas/**', may: [] },
  { files: 'domain/**', may: ['schemas/**'] },

  { files: 'topology/contract/**', may: ['schemas/**'] },
  { files: 'topology/ports/**', may: contract },
  { files: 'topology/codec/**', may: [...contract, 'topology/ports/**'] },
  { files: 'topology/pipeline/**', may: [...contract, 'topology/codec/**'] },
  { files: 'topology/runner/**', may: [...contract, 'topology/ports/**', 'topology/pipeline/**'] },
  { files: 'topology/adapters/**', may: [...contract, 'topology/ports/**'] },
  {
    files: 'topology/registry/**',
    may: [
      ...contract,
      'topology/ports/**',
      'topology/codec/**',
      'topology/adapters/sqlite/node-sqlite.ts',
    ],
  },

  { files: 'storage/ports/**', may: ['schemas/**', 'domain/**', 'topology/contract/errors.ts'] },
  {
    files: 'storage/**',
    may: ['schemas/**', 'domain/**', 'storage/ports/**', 'topology/contract/errors.ts'],
  },

  {
    files: 'stages/**',
    may: [...contract, 'domain/**', 'storage/ports/**', 'connectors/contract.ts'],
  },

  { files: 'connectors/contract.ts', may: ['schemas/**', 'domain/**'] },
  { files: 'connectors/index.ts', may: ['connectors/**'] },
  { files: 'connectors/simulator/**', may: ['connectors/contract.ts', 'domain/**'] },
  { files: 'connectors/meta/**', may: ['connectors/*.ts'] },
  { files: 'connectors/*/**', may: ['connectors/*.ts', 'connectors/meta/**'], apart: true },
  { files: 'connectors/*.ts', may: ['connectors/contract.ts', 'domain/**'] },

  {
    files: 'gateway/**',
    may: [
      ...contract,
      'domain/**',
      'topology/ports/**',
      'storage/ports/**',
      'connectors/contract.ts',
    ],
  },

  // The one place that chooses: everything is open to it but the tests.
  {
    files: 'cli/**',
    may: [
      'schemas/**',
      'domain/**',
      'topology/**',
      'storage/**',
      'stages/**',
      'connectors/**',
      'gateway/**',
    ],
  },
]

/** Every import under `root` that leaves its room by a door that is not there, as `from -> to`. */
export function forbiddenImports(root: string): string[] {
  return sourceFiles(root).flatMap((file) => {
    const room = rooms.find(({ files }) => matchesGlob(file, files))
    if (!room) return [`${file} is in no room: add it to decision 0002 and to test/gates/rooms.ts`]
    return importsOf(readFileSync(join(root, file), 'utf8'))
      .filter((name) => name.startsWith('.'))
      .map((name) => join(file, '..', name))
      .filter((to) => ![ownFiles(room, file), ...room.may].some((glob) => matchesGlob(to, glob)))
      .map((to) => `${file} -> ${to}`)
  })
}

/** What a file may load because it is at home there. */
function ownFiles({ files, apart }: Room, file: string): string {
  return apart ? `${file.split('/', 2).join('/')}/**` : files
}

/** The TypeScript of all rooms, with slashes, from the root. */
export function sourceFiles(root: string): string[] {
  const tops = [...new Set(rooms.map(({ files }) => files.split('/')[0]))]
  return globSync(`{${tops.join(',')}}/**/*.ts`, { cwd: root }).map((file) =>
    file.replaceAll('\\', '/'),
  )
}
