import { instant } from '../../domain/instant.ts'
import type { ReadMark } from '../../schemas/types.ts'

/** How far the client has read, as the API shows it. */
export interface ReadMarkJson {
  readonly messageId: string
  readonly readTo: string
  readonly readAt: string
  readonly readBy: string
}

export const readMarkJson = ({ messageId, readTo, readAt, readBy }: ReadMark): ReadMarkJson => ({
  messageId,
  readTo: instant(readTo),
  readAt: instant(readAt),
  readBy,
})
