import { readdirSync, readFileSync } from 'node:fs'

/** Linux counts a process's time in ticks of 10 ms, whatever the kernel's own clock (proc(5), USER_HZ). */
const microsPerTick = 10_000

/**
 * Processor time, in microseconds, of a process and all that it started, those that have ended included. NaN
 * where there is no /proc, so that a figure which could not be taken is seen to be none.
 */
export function processCpu(root: number): number {
  const stats = new Map<number, { readonly parent: number; readonly ticks: number }>()
  for (const name of processes()) {
    const fields = statFields(name)
    // proc(5): parent is field 4; utime, stime and those of children that ended are fields 14 to 17.
    const ticks = fields.slice(11, 15).reduce((sum, each) => sum + Number(each), 0)
    if (fields.length > 0) stats.set(Number(name), { parent: Number(fields[1]), ticks })
  }
  if (!stats.has(root)) return Number.NaN
  const isOfRoot = (pid: number): boolean => {
    const stat = stats.get(pid)
    return pid === root || (stat !== undefined && stat.parent > 1 && isOfRoot(stat.parent))
  }
  let ticks = 0
  for (const [pid, stat] of stats) if (isOfRoot(pid)) ticks += stat.ticks
  return ticks * microsPerTick
}

function processes(): readonly string[] {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  } catch {
    return []
  }
}

/** From field 3 on; the program's name before it stands in parentheses and may hold anything. */
function statFields(pid: string): readonly string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    return [] // ended in between
  }
}
