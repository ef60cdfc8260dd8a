import { exitCodes } from '../exit-codes.ts'
import type { ClientTools } from './client-command.ts'
import { newFile } from './new-file.ts'

/** Something that the hub makes together with a secret, which it shows once. */
export interface SecretCreation<Created> {
  readonly path: string
  readonly body: object
  /** Where the secret goes; onto the screen when unset. */
  readonly save: string | undefined
  readonly dryRun: boolean | undefined
  /** The field of the answer that is secret. */
  readonly secretField: keyof Created & string
  describe(created: Created): string
  /** Said below a secret on the screen. */
  readonly note: string
}

/** Creates it and shows it, the secret once; answers the exit code. */
export async function createSecret<Created extends object>(
  { api, screen, json }: ClientTools,
  creation: SecretCreation<Created>,
): Promise<number> {
  const { path, body, save, dryRun, secretField, note } = creation
  if (dryRun) {
    if (json) screen.json({ dryRun: true, ...body })
    else screen.print(`Nothing is created. It would be: ${JSON.stringify(body)}`)
    return exitCodes.ok
  }
  // The file first: a secret that cannot be written down would be lost, and open the hub all the same.
  const file = save === undefined ? undefined : newFile(save)
  const created = await api.call<Created>('POST', path, { json: body }).catch((error: unknown) => {
    file?.discard()
    throw error
  })
  const { [secretField]: secret, ...known } = created
  file?.write(`${secret}\n`)
  if (json) screen.json(save === undefined ? created : { ...known, file: save })
  else {
    const { bold, dim } = screen.out
    const shown = save === undefined ? bold(String(secret)) : dim(`written to ${save}`)
    screen.print(`${creation.describe(created)}\n  ${shown}`)
    if (save === undefined) screen.note(note)
  }
  return exitCodes.ok
}
