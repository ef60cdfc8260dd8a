import type { Readable } from 'node:stream'

/** Keeps attachments out of the log; a record carries a blob id instead. */
export interface BlobStore {
  /** Stores the bytes under the tenant; storing equal bytes again is harmless and gives the same id. */
  put(tenant: string, blob: Blob): Promise<string>
  /** All of it, in memory: for blobs of a few megabytes. Undefined when the tenant never stored that id. */
  get(tenant: string, blobId: string): Promise<Blob | undefined>
  /** What is known of it, without its bytes. */
  about(tenant: string, blobId: string): Promise<BlobAbout | undefined>
  /**
   * Its bytes as they are read, so that blobs of any size pass through little memory; of `range` only, where it is
   * given, which must lie within them. They are not held against the id on the way.
   */
  read(tenant: string, blobId: string, range?: ByteRange): Promise<Readable | undefined>
  /** From now on the tenant never stored it. False where that was so already. */
  delete(tenant: string, blobId: string): Promise<boolean>
}

/** What the bytes are. */
export interface BlobKind {
  readonly mimeType: string
  readonly filename: string
}

export interface Blob extends BlobKind {
  readonly bytes: Uint8Array
}

export interface BlobAbout extends BlobKind {
  readonly sizeBytes: number
}

/** Places of the first and of the last byte, counted from 0. */
export interface ByteRange {
  readonly first: number
  readonly last: number
}
