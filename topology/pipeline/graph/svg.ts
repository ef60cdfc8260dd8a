import type { Pipeline } from '../model.ts'
import { dotOf } from './dot.ts'
import type { DrawingOptions } from './drawing.ts'

/** The pipeline as a picture, laid out by Graphviz; its 2 MB of WebAssembly are only loaded here. */
export async function svgOf(pipeline: Pipeline, options: DrawingOptions = {}): Promise<string> {
  const { instance } = await import('@viz-js/viz')
  const graphviz = await instance()
  return graphviz.renderString(dotOf(pipeline, options), { format: 'svg' })
}
