/** How our commands end, after sysexits.h, so that scripts can tell the endings apart. */
export const exitCodes = {
  ok: 0,
  /** check: the file has faults. */
  faults: 1,
  /** What was asked for did not come to be: the message failed or was rejected. */
  failed: 1,
  usage: 64,
  noFile: 66,
  /** There is no such message, key or stage; the same number as a file that is missing. */
  noSuchThing: 66,
  unavailable: 69,
  /** A fault of ours. */
  internal: 70,
  notAllowed: 77,
  unreadable: 78,
  /** As timeout(1) has it. */
  timedOut: 124,
  /** As shells have it: 128 and SIGINT. */
  interrupted: 130,
} as const
