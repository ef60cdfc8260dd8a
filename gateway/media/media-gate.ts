import type { Readable } from 'node:stream'
import type { VirusScanner } from '../../storage/ports/virus-scanner.ts'
import { Chat4AllError } from '../../topology/contract/errors.ts'
import { typeOf } from './type-of.ts'

/** Every file passes it before it is kept, whichever way it came. */
export interface MediaGate {
  /** The type of a file by its first bytes (`headBytes` of them). Throws C4A_UNSUPPORTED_MEDIA_TYPE for one that is not taken. */
  type(head: Uint8Array, declared: string): Promise<string>
  /** Throws C4A_MEDIA_INFECTED, or C4A_UNAVAILABLE where the scanner is. Without a scanner nothing is opened or thrown. */
  scan(open: () => Promise<Readable> | Readable): Promise<void>
}

/** `types` are names of types, which may end in `*`. */
export function mediaGate(types: readonly string[], scanner: VirusScanner | null): MediaGate {
  const exact = new Set(types)
  const starts = types.filter((type) => type.endsWith('*')).map((type) => type.slice(0, -1))
  const isTaken = (type: string) =>
    exact.has(type) || starts.some((start) => type.startsWith(start))

  return {
    async type(head, declared) {
      const type = await typeOf(head, declared)
      if (isTaken(type)) return type
      throw new Chat4AllError('C4A_UNSUPPORTED_MEDIA_TYPE', {
        what: `Files of the type ${type} are not taken`,
        why: `the bytes say that this is one${declared && declared !== type ? ` (the sender said ${declared})` : ''}`,
        todo: 'Send another kind of file, or let the operator add the type to C4A_MEDIA_TYPES',
      })
    },

    async scan(open) {
      if (scanner === null) return
      const verdict = await scanner.scan(await open())
      if (verdict.kind === 'clean') return
      throw new Chat4AllError('C4A_MEDIA_INFECTED', {
        what: 'The file is not kept',
        why: `the virus scanner found ${verdict.name} in it`,
        todo: 'Clean it, or send another',
      })
    },
  }
}
