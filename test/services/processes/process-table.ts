import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'

export interface ProcessFacts {
  readonly parent: number
  /** Together with its number this names one process for good: numbers are given anew. */
  readonly startedAt: string
  readonly paused: boolean
}

/** Every process that is there, by its number. One that has ended and waits to be collected is not. */
export function processTable(): Map<number, ProcessFacts> {
  return existsSync('/proc/self/stat') ? fromProc() : fromPs()
}

function fromProc(): Map<number, ProcessFacts> {
  const table = new Map<number, ProcessFacts>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    let stat: string
    try {
      stat = readFileSync(`/proc/${name}/stat`, 'utf8')
    } catch {
      continue // ended in between
    }
    // The program's name stands in parentheses and may hold anything; proc(5) numbers the fields from 1.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const [state = 'Z', parent] = fields
    if (state === 'Z' || state === 'X') continue
    const startedAt = fields[19] ?? ''
    table.set(Number(name), { parent: Number(parent), startedAt, paused: state === 'T' })
  }
  return table
}

function fromPs(): Map<number, ProcessFacts> {
  const listed = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat=,lstart='], { encoding: 'utf8' })
  const table = new Map<number, ProcessFacts>()
  for (const line of listed.split('\n')) {
    const [, pid, parent, state = 'Z', startedAt = ''] =
      /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.+?)\s*$/.exec(line) ?? []
    if (pid === undefined || state.startsWith('Z')) continue
    table.set(Number(pid), { parent: Number(parent), startedAt, paused: state.startsWith('T') })
  }
  return table
}
