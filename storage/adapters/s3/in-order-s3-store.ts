import type { Readable } from 'node:stream'
import { NotFound, type S3ClientConfig } from '@aws-sdk/client-s3'
import { S3Store } from '@tus/s3-store'
import type { Upload } from '@tus/utils'

export interface InOrderS3StoreOptions {
  /** With a request handler that is open, which all clients of the store share. */
  readonly config: S3ClientConfig
  readonly bucket: string
  readonly expireMs: number
}

/** The least that S3 takes as a part, and so the least that an upload holds in the temporary folder. */
const partBytes = 5 * 1024 * 1024

/**
 * The tus project's store in S3, with parts written one after the other. Many at once, as it does it unless told otherwise, can
 * leave a hole where a part in the middle fails: the offset is the sum of the parts that arrived, and what the client goes on
 * with then stands in the wrong place (https://github.com/tus/tus-node-server/issues/505).
 */
export class InOrderS3Store extends S3Store {
  readonly #options: ConstructorParameters<typeof S3Store>[0]

  constructor({ config, bucket, expireMs }: InOrderS3StoreOptions) {
    const options = {
      s3ClientConfig: { ...config, bucket },
      partSize: partBytes,
      maxConcurrentPartUploads: 1,
      expirationPeriodInMilliseconds: expireMs,
      // Objects are swept by us; tags are not known to every server.
      useTags: false,
      // Other processes go on with an upload too, so nothing of it is remembered here.
      cache: { get: async () => undefined, set: async () => {}, delete: async () => {} },
    }
    super(options)
    this.#options = options
    // Lengths that come later are not offered: parts would be a hundred times as large for what may never come.
    this.extensions = ['creation', 'creation-with-upload', 'termination', 'expiration']
  }

  /** Of an upload that is whole some servers list no parts instead of saying that it is none any more. */
  override async getUpload(id: string): Promise<Upload> {
    const upload = await super.getUpload(id)
    if (upload.offset !== 0) return upload
    try {
      const { ContentLength } = await this.client.headObject({ Bucket: this.bucket, Key: id })
      if (ContentLength !== undefined && ContentLength === upload.size) upload.offset = upload.size
    } catch (error) {
      if (!(error instanceof NotFound)) throw error
    }
    return upload
  }

  /** By a store of its own, because a store counts its parts at once over all uploads. */
  override write(bytes: Readable, id: string, offset: number): Promise<number> {
    return new S3Store(this.#options).write(bytes, id, offset)
  }
}
