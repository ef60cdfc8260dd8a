import type { Pipeline } from '../model.ts'
import { arrowLabel } from './arrow-label.ts'
import { type DrawingOptions, type DrawnArrow, type DrawnNode, drawingOf } from './drawing.ts'

const arrowStyles: Readonly<Record<DrawnArrow['kind'], string>> = {
  topic: '',
  inline: ', style=bold, color="#0a7d32", fontcolor="#0a7d32"',
  loop: ', style=dashed, color="#b35900", fontcolor="#b35900", constraint=false',
  implied: ', style=dotted, color="#777777", fontcolor="#777777"',
}

const nodeStyles: Readonly<Record<DrawnNode['kind'], string>> = {
  stage: 'shape=box, style="rounded,filled", fillcolor="#eef3fb"',
  outside: 'shape=plaintext',
  park: 'shape=cylinder',
  'dead-letters': 'shape=cylinder',
}

/** The pipeline in Graphviz's language: green arrows are inline, dashed ones loops. */
export function dotOf(pipeline: Pipeline, options: DrawingOptions = {}): string {
  const { nodes, arrows } = drawingOf(pipeline, options)
  return [
    `digraph ${quoted([pipeline.name])} {`,
    '  rankdir=LR',
    '  node [fontname="Helvetica", fontsize=11]',
    '  edge [fontname="Helvetica", fontsize=9]',
    ...nodes.map(
      ({ id, kind, label }) => `  ${quoted([id])} [label=${quoted([label])}, ${nodeStyles[kind]}]`,
    ),
    ...arrows.map(
      (arrow) =>
        `  ${quoted([arrow.from])} -> ${quoted([arrow.to])} [label=${quoted(arrowLabel(arrow))}${arrowStyles[arrow.kind]}]`,
    ),
    '}',
    '',
  ].join('\n')
}

const quoted = (lines: readonly string[]) =>
  `"${lines.map((line) => line.replaceAll('\\', '\\\\').replaceAll('"', '\\"')).join('\\n')}"`
