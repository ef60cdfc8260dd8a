import { createHash, timingSafeEqual } from 'node:crypto'

export interface Credentials {
  readonly username: string
  readonly password: string
}

/** Whether an Authorization header is these credentials; takes as long for a wrong one as for the right one. */
export function isAuthorized(header: string | undefined, credentials: Credentials): boolean {
  const { username, password } = credentials
  const wanted = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
  return timingSafeEqual(digestOf(header ?? ''), digestOf(wanted))
}

const digestOf = (text: string) => createHash('sha256').update(text).digest()
