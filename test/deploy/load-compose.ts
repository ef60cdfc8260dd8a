import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expand, templateOf } from '../../topology/pipeline/environment.ts'
import { runProgram } from '../services/programs/run-program.ts'

const root = join(import.meta.dirname, '..', '..')
export const composeFile = join(root, 'docker-compose.yml')

export interface ComposeService {
  readonly image: string
  readonly command?: readonly string[] | null
  readonly environment?: Readonly<Record<string, string | null>>
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>
  readonly volumes?: readonly { readonly type: string; readonly source: string }[]
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean }
  readonly [field: string]: unknown
}

export interface ComposeProject {
  readonly services: Readonly<Record<string, ComposeService>>
  readonly volumes: Readonly<Record<string, unknown>>
}

/** The file with the values of variables in it; throws what is said of one that is missing. */
export function expandedCompose(
  environment: Readonly<Record<string, string>>,
  text = readFileSync(composeFile, 'utf8'),
): string {
  const { text: expanded, missing } = expand(templateOf(text), environment)
  if (missing[0]) throw new Error(`${missing[0].name} is not set: ${missing[0].message}`)
  return expanded
}

/**
 * The file as the loader of docker compose reads it; throws what it says. The values of variables are put in first:
 * as a command the loader knows none of the environment's.
 */
export async function loadCompose(
  loader: string,
  environment: Readonly<Record<string, string>>,
  text = readFileSync(composeFile, 'utf8'),
): Promise<ComposeProject> {
  const expanded = expandedCompose(environment, text)
  const folder = mkdtempSync(join(tmpdir(), 'c4a-compose-'))
  try {
    const file = join(folder, 'docker-compose.yml')
    writeFileSync(file, expanded)
    const args = ['-no-interpolation', '-no-path-resolution', '-format', 'json', file]
    const signal = AbortSignal.timeout(60_000)
    return JSON.parse(await runProgram(loader, args, { signal, cwd: folder }))
  } finally {
    rmSync(folder, { recursive: true })
  }
}
