import { isLost } from '../../domain/status.ts'
import type { Screen } from './screen.ts'

const marks: Readonly<Record<string, string>> = {
  sent: '✓',
  delivered: '✓✓',
  read: '✓✓',
  played: '✓✓',
  received: '✓',
  settled: '✓',
  failed: '✗',
  expired: '✗',
  cancelled: '✗',
  rejected: '✗',
  unknown: '?',
}

/** A status or kind of fact with its tick, in its colour. */
export function statusMark(status: string, colours: Screen['out']): string {
  const { green, cyan, red, yellow, dim } = colours
  const text = `${marks[status] ?? '·'} ${status}`
  if (isLost(status)) return red(text)
  if (status === 'read' || status === 'played') return cyan(text)
  if (status === 'unknown' || status === 'held') return yellow(text)
  return marks[status] ? green(text) : dim(text)
}
