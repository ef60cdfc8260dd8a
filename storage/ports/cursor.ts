import { Chat4AllError } from '../../topology/contract/errors.ts'

/** Where a page ended: an instant in milliseconds and the id that breaks its ties. */
export interface PageEnd {
  readonly at: number
  readonly id: string
}

export const cursorOf = (at: number, id: string): string => `${at}/${id}`

/** Throws C4A_BAD_REQUEST: cursors come back from clients. */
export function parseCursor(cursor: string): PageEnd {
  const [, at, id] = /^(\d{1,15})\/(.*)$/su.exec(cursor) ?? []
  if (at !== undefined && id !== undefined) return { at: Number(at), id }
  throw new Chat4AllError('C4A_BAD_REQUEST', {
    what: 'The cursor of the page is not readable',
    why: 'it was not given by this hub, or it was changed',
    todo: 'Take it from the last answer as it is, or leave it out to begin at the newest',
  })
}
