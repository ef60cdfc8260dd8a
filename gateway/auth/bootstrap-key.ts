import { randomBytes } from 'node:crypto'
import { mkdir, open, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Chat4AllError } from '../../topology/contract/errors.ts'

export interface BootstrapKey {
  readonly key: string
  /** Where it came from: the setting, the file as an earlier start left it, or made just now into the file. */
  readonly from: 'setting' | 'file' | 'made'
}

const shortest = 32

/**
 * The first admin key: as given, else from the file, else made and kept in the file, which only its
 * owner can read. The caller shows it on a terminal at most; it belongs in no log.
 * Throws C4A_SETTING_INVALID for a given key that is too short.
 */
export async function bootstrapKey(given: string | undefined, file: string): Promise<BootstrapKey> {
  if (given !== undefined && given !== '') {
    if ([...given].length < shortest) throw tooShort()
    return { key: given, from: 'setting' }
  }
  const kept = await contentOf(file)
  if (kept !== undefined) return { key: kept, from: 'file' }

  const key = `c4a_bootstrap_${randomBytes(24).toString('hex')}`
  await mkdir(dirname(file), { recursive: true })
  // `wx` and the mode at once: nobody can have put a file of his own there, or read it in between.
  const handle = await open(file, 'wx', 0o600)
  try {
    await handle.writeFile(`${key}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
  return { key, from: 'made' }
}

/** Undefined where there is no file. Throws C4A_SETTING_INVALID for one that a crash left half written. */
async function contentOf(file: string): Promise<string | undefined> {
  try {
    const key = (await readFile(file, 'utf8')).trim()
    if (key.length >= shortest) return key
    throw new Chat4AllError('C4A_SETTING_INVALID', {
      what: `The file ${file} holds no admin key`,
      why: 'it is shorter than 32 characters',
      todo: 'Delete it, and a new key is made',
    })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

function tooShort(): Chat4AllError {
  return new Chat4AllError('C4A_SETTING_INVALID', {
    what: 'C4A_BOOTSTRAP_KEY is too short',
    why: `it opens everything, so it must have ${shortest} characters or more`,
    todo: 'Set a longer one, or leave it away and one is made',
  })
}
