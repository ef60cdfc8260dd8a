import type { ErrorCode } from '../../topology/contract/errors.ts'
import { exitCodes } from '../exit-codes.ts'

const exits: Readonly<Partial<Record<ErrorCode, number>>> = {
  C4A_BAD_REQUEST: exitCodes.usage,
  C4A_UNPROCESSABLE: exitCodes.usage,
  C4A_TOO_LARGE: exitCodes.usage,
  C4A_RECORD_TOO_LARGE: exitCodes.usage,
  C4A_UNSUPPORTED_MEDIA_TYPE: exitCodes.usage,
  C4A_NOT_FOUND: exitCodes.noSuchThing,
  C4A_CURSOR_EXPIRED: exitCodes.noSuchThing,
  C4A_UNAUTHENTICATED: exitCodes.notAllowed,
  C4A_FORBIDDEN: exitCodes.notAllowed,
  C4A_SETTING_INVALID: exitCodes.unreadable,
  C4A_INTERNAL: exitCodes.internal,
}

/** The exit code that an error of ours ends a command with; what is not listed may pass by itself. */
export const exitOf = (code: ErrorCode): number => exits[code] ?? exitCodes.unavailable

/** For `--help` of the commands that talk to a hub. */
export const exitHelp = `
Exit codes: 0 done, 1 what was asked for failed, 64 wrong usage or a bad value, 66 no such thing,
69 the hub is not there or cannot now, 70 a fault of ours, 77 not allowed, 124 time is up, 130 Ctrl-C.`
