import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { runProgram } from '../services/programs/run-program.ts'
import type { KubernetesObject } from './kubernetes-schemas.ts'

const root = join(import.meta.dirname, '..', '..')
export const chart = join(root, 'helm')

/** What `helm template` makes of the chart with these further arguments; file names are looked for in `helm/`. */
export async function renderChart(
  helm: string,
  args: readonly string[],
): Promise<readonly KubernetesObject[]> {
  const text = await runProgram(helm, ['template', 'hub', chart, '--namespace', 'chat', ...args], {
    signal: AbortSignal.timeout(60_000),
    cwd: chart,
  })
  return parseAllDocuments(text, { merge: true })
    .map((document) => {
      if (document.errors[0]) throw document.errors[0]
      return document.toJS()
    })
    .filter((object) => object !== null)
}
