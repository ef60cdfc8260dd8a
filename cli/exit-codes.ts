/** How our commands end, after sysexits.h, so that scripts can tell the endings apart. */
export const exitCodes = {
  ok: 0,
  faults: 1,
  usage: 64,
  noFile: 66,
  unavailable: 69,
  unreadable: 78,
} as const
