/** No room, by whatever rule: nothing is wrong with the disk, and somebody may make room. */
const passing = new Set(['ENOSPC', 'EDQUOT'])

/** What a failed write means; `lasting`: what is on the disk cannot be known until it is opened again. */
export function diskFailure(cause: unknown): {
  readonly message: string
  readonly lasting: boolean
} {
  const message = cause instanceof Error ? cause.message : String(cause)
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  return { message, lasting: !passing.has(code) }
}
