import type { Pipeline } from '../model.ts'
import { arrowLabel } from './arrow-label.ts'
import { type DrawingOptions, type DrawnArrow, type DrawnNode, drawingOf } from './drawing.ts'

const arrows: Readonly<Record<DrawnArrow['kind'], string>> = {
  topic: '-->',
  inline: '==>',
  loop: '-.->',
  implied: '-.->',
}

/** The pipeline as a Mermaid flowchart, which GitHub draws: thick arrows are inline, dotted ones loops. */
export function mermaidOf(pipeline: Pipeline, options: DrawingOptions = {}): string {
  const drawing = drawingOf(pipeline, options)
  // Numbers keep ids apart whatever names look like; names would need quoting that Mermaid has not.
  const ids = new Map(drawing.nodes.map(({ id }, index) => [id, `n${index}`]))
  const idOf = (id: string) => ids.get(id) ?? ''
  return [
    'flowchart LR',
    ...drawing.nodes.map((node) => `  ${idOf(node.id)}${shape(node)}`),
    ...drawing.arrows.map((arrow) => {
      const label = arrowLabel(arrow).map(quoted).join('<br/>')
      return `  ${idOf(arrow.from)} ${arrows[arrow.kind]}|"${label}"| ${idOf(arrow.to)}`
    }),
    '',
  ].join('\n')
}

function shape({ kind, label }: DrawnNode): string {
  const text = `"${quoted(label)}"`
  if (kind === 'outside') return `([${text}])`
  return kind === 'stage' ? `[${text}]` : `[(${text})]`
}

const quoted = (text: string) =>
  text.replaceAll('#', '#35;').replaceAll('"', '#quot;').replaceAll('<', '#lt;')
