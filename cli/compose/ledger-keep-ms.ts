/** Longer than any platform repeats a webhook and any record is kept to be replayed. */
export const ledgerKeepMs = 30 * 86_400_000
