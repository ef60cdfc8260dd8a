/** Tells people what goes on: which service or server, and what. */
export type Say = (who: string, what: string) => void
