import { Chat4AllError } from '../../topology/contract/errors.ts'

/** For an argument that cannot be used: ends the command with 64. */
export const badValue = (what: string, why: string, todo: string): Chat4AllError =>
  new Chat4AllError('C4A_BAD_REQUEST', { what, why, todo })
