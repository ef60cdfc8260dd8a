import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

/**
 * Where a connector's code is, as a URL to import: looked for from the place of pipeline.yaml, as if that file
 * imported it, and then from this program's own packages. Undefined where there is none.
 */
export function connectorModule(connector: string, pipelineFile: string): string | undefined {
  const from = pathToFileURL(resolve(pipelineFile))
  if (connector.startsWith('.')) {
    const file = new URL(connector, from)
    return existsSync(file) ? file.href : undefined
  }
  try {
    return pathToFileURL(createRequire(from).resolve(connector)).href
  } catch {
    return ownPackage(connector)
  }
}

/** By the conditions of `import`; `createRequire` knows only those of `require`. */
function ownPackage(connector: string): string | undefined {
  try {
    const url = import.meta.resolve(connector)
    return url.startsWith('file:') ? url : undefined
  } catch {
    return undefined
  }
}
