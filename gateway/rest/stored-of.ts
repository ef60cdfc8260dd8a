import type { UploadEnding } from '../../storage/ports/uploads.ts'
import { Chat4AllError } from '../../topology/contract/errors.ts'

/** Throws what it was refused for. */
export function storedOf(ending: UploadEnding): Extract<UploadEnding, { kind: 'stored' }> {
  if (ending.kind === 'stored') return ending
  const { code, what, why, todo } = ending
  throw new Chat4AllError(code as Chat4AllError['code'], { what, why, todo }) // it came from one
}
