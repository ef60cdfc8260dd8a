/** The same as the embedded logs take; topics are created with room for it. */
export const maxRecordBytes = 1024 * 1024
