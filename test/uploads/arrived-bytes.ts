import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import {
  ListMultipartUploadsCommand,
  ListPartsCommand,
  NoSuchUpload,
  type S3Client,
} from '@aws-sdk/client-s3'

/** How much of the one upload is on stable storage. The gateway is not asked: it would let go of the request that writes. */
export type ArrivedBytes = () => Promise<number>

export const arrivedInFolder =
  (folder: string): ArrivedBytes =>
  async () => {
    const root = join(folder, 'uploads')
    const names = await readdir(root, { recursive: true }).catch(() => [])
    const name = names.find((each) => /[0-9a-f-]{36}$/.test(each) && each.includes('/'))
    return name === undefined ? 0 : (await stat(join(root, name))).size
  }

export const arrivedInS3 =
  (client: S3Client, bucket: string, prefix: string): ArrivedBytes =>
  async () => {
    const all = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }))
    const mine = all.Uploads?.find(({ Key }) => Key?.startsWith(prefix))
    if (!mine) return 0
    const { Key, UploadId } = mine
    const parts = await client
      .send(new ListPartsCommand({ Bucket: bucket, Key, UploadId }))
      .catch((error: unknown) => {
        // It became whole meanwhile.
        if (error instanceof NoSuchUpload) return { Parts: [] }
        throw error
      })
    return (parts.Parts ?? []).reduce((sum, { Size = 0 }) => sum + Size, 0)
  }
