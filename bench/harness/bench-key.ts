/** The first admin key of every hub that the bench starts. */
export const benchKey = 'the-bench-starts-hubs-with-this-admin-key'
