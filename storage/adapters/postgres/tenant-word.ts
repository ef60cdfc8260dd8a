/**
 * The tenant as a word that no text has, so that the index of words finds both at once: a control character before it,
 * which no parser of PostgreSQL takes into a word.
 */
export const tenantWord = (tenant: string): string => `\u0001${tenant}`
