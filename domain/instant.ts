/** Milliseconds since 1970 UTC as RFC 3339 in UTC: how instants stand in JSON for people and programs. */
export const instant = (ms: number): string => new Date(ms).toISOString()
