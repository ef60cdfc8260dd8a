import type { Pipeline } from '../model.ts'
import { type Drawing, type DrawingOptions, type DrawnArrow, drawingOf } from './drawing.ts'

const signs: Readonly<Record<DrawnArrow['kind'], string>> = {
  topic: '-->',
  inline: '==>',
  loop: '~~>',
  implied: '..>',
}

/** The pipeline for a terminal: every node with what leaves it, in the order in which records pass. */
export function textOf(pipeline: Pipeline, options: DrawingOptions = {}): string {
  const drawing = drawingOf(pipeline, options)
  const labels = new Map(drawing.nodes.map(({ id, label }) => [id, label]))
  const width = Math.max(...Object.keys(pipeline.topics).map((name) => name.length), 0)
  const legend = '--> topic   ==> inline (same process)   ~~> loop   ..> implied'
  const blocks = passed(drawing).flatMap((id) => {
    const lines = drawing.arrows
      .filter(({ from }) => from === id)
      .flatMap((arrow) =>
        arrow.topics.map((topic) => {
          const rounds = arrow.kind === 'loop' ? ` (at most ${arrow.maxHops} rounds)` : ''
          return `  ${topic.padEnd(width)} ${signs[arrow.kind]} ${labels.get(arrow.to)}${rounds}`
        }),
      )
    return lines.length > 0 ? [[labels.get(id), ...lines].join('\n')] : []
  })
  return `${[`${pipeline.name} (revision ${pipeline.revision})`, ...blocks, legend].join('\n\n')}\n`
}

/** Nodes such that each comes after all that feed it; loops do not count, and without them there is no cycle. */
function passed({ nodes, arrows }: Drawing): readonly string[] {
  const ways = arrows.filter(({ from, to, kind }) => kind !== 'loop' && from !== to)
  const order: string[] = []
  const waiting = new Set(nodes.map(({ id }) => id))
  while (waiting.size > 0) {
    const ready = [...waiting].find(
      (id) => !ways.some(({ from, to }) => to === id && waiting.has(from)),
    )
    // A park and its stage feed each other: the first of them goes first.
    const [next = ''] = ready === undefined ? waiting : [ready]
    order.push(next)
    waiting.delete(next)
  }
  return order
}
