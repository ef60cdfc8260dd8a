export interface CoveredFile {
  /** From the root of the project, with slashes. */
  readonly path: string
  readonly total: number
  readonly covered: number
}

/** The least share of a room's lines that the tests must run. */
const floor = 0.9

/** What is wrong with the coverage, as sentences. `onDisk` are the rooms' files: one that no test loads has no lines. */
export function coverageFaults(
  rooms: readonly string[],
  files: readonly CoveredFile[],
  onDisk: readonly string[],
): string[] {
  const loaded = new Set(files.map(({ path }) => path))
  const unloaded = onDisk.filter((path) => !loaded.has(path))
  return [
    ...rooms
      .filter((room) => shareOf(room, files) < floor)
      .map(
        (room) =>
          `${room}/ is covered to ${percent(shareOf(room, files))} of its lines, and must be to ${percent(floor)}`,
      ),
    ...unloaded.map((path) => `no test loads ${path}`),
  ]
}

/** A line for each room, and the least covered files under it. */
export function coverageText(rooms: readonly string[], files: readonly CoveredFile[]): string {
  const lines = rooms.map(
    (room) => `lines of ${room}/ run by tests: ${percent(shareOf(room, files))}`,
  )
  const poor = files
    .filter(({ total, covered }) => covered < total * floor)
    .sort((a, b) => a.covered / a.total - b.covered / b.total)
    .map(({ path, total, covered }) => `  ${percent(covered / total).padStart(6)}  ${path}`)
  return [...lines, ...poor].join('\n')
}

function shareOf(room: string, files: readonly CoveredFile[]): number {
  let total = 0
  let covered = 0
  for (const file of files) {
    if (!file.path.startsWith(`${room}/`)) continue
    total += file.total
    covered += file.covered
  }
  return total === 0 ? 0 : covered / total
}

/** Rounded down: 89.97 % is not 90 %. */
function percent(share: number): string {
  return `${(Math.floor(share * 1000) / 10).toFixed(1)} %`
}
