export interface BucketSettings {
  readonly bucket: string
  /** Stands before every key, as it is; empty unless told otherwise. */
  readonly prefix?: string
}
