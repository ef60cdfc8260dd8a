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

/** Nodes in the order in which a record first comes to them: what nothing feeds comes first. */
function passed({ nodes, arrows }: Drawing): readonly string[] {
  const fed = new Set(arrows.filter(({ kind }) => kind !== 'loop').map(({ to }) => to))
  const order = nodes.flatMap(({ id }) => (fed.has(id) ? [] : [id]))
  const seen = new Set(order)
  for (const id of order)
    for (const { from, to } of arrows)
      if (from === id && !seen.has(to)) {
        seen.add(to)
        order.push(to)
      }
  return [...order, ...nodes.flatMap(({ id }) => (seen.has(id) ? [] : [id]))]
}
