/** Of a finished upload; names the blob. */
export const blobIdHeader = 'c4a-blob-id'
