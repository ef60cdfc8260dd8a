import type { DrawnArrow } from './drawing.ts'

/** What stands on an arrow, line by line. */
export function arrowLabel({ topics, kind, maxHops }: DrawnArrow): readonly string[] {
  if (kind === 'loop') return [...topics, `loop, at most ${maxHops}`]
  return kind === 'inline' ? [...topics, 'inline'] : topics
}
