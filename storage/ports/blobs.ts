/** Keeps attachments out of the log; a record carries a blob id instead. */
export interface BlobStore {
  /** Stores the bytes under the tenant; storing equal bytes again is harmless and gives the same id. */
  put(tenant: string, blob: Blob): Promise<string>
  /** Undefined when the tenant never stored that id. */
  get(tenant: string, blobId: string): Promise<Blob | undefined>
}

export interface Blob {
  readonly bytes: Uint8Array
  readonly mimeType: string
  readonly filename: string
}
