/** The log refuses for good what several appended together: whose records it does not take shows when each are appended alone. */
export class RefusedTogether extends Error {
  constructor(cause: unknown) {
    super('the log refuses records that were appended together', { cause })
  }
}
