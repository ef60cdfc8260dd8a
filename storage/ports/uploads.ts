import type { Readable } from 'node:stream'
import type { DataStore, Locker } from '@tus/utils'
import type { BlobAbout, BlobKind } from './blobs.ts'

/**
 * Where uploads grow until they are whole and become blobs. The bytes are written by the tus server through
 * `store`; everything else here is what happens to an upload before and afterwards. Several processes may
 * share one place, and go on with each other's uploads.
 */
export interface Uploads {
  readonly store: DataStore
  /** One writer for each upload, over all processes that share the place. */
  readonly locker: Locker
  /** What `store` calls an upload of the tenant. `uploadId` is a UUID. */
  idOf(tenant: string, uploadId: string): string
  /** What was received, from the first byte. */
  read(id: string): Promise<Readable>
  /**
   * Makes the bytes of an upload that is whole the blob `blobId`, which must be their SHA-256: as durable as a blob that was put
   * when it resolves. A blob of that id keeps its kind. Harmless to repeat; what was received stays.
   */
  keep(id: string, tenant: string, blobId: string, kind: BlobKind): Promise<void>
  /** Notes for good how the upload ended, then removes what was received. Of several notes the first stays. */
  end(id: string, ending: UploadEnding): Promise<void>
  ending(id: string): Promise<UploadEnding | undefined>
  /**
   * Removes uploads that were begun before the instant, ended or not, and answers how many. Any number of
   * processes may do so at once.
   */
  sweep(beforeMs: number): Promise<number>
}

/** What became of an upload that was whole. */
export type UploadEnding =
  | ({ readonly kind: 'stored'; readonly blobId: string } & BlobAbout)
  | {
      readonly kind: 'refused'
      readonly sizeBytes: number
      readonly code: string
      readonly what: string
      readonly why: string
      readonly todo: string
    }
