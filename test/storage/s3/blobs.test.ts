import assert from 'node:assert/strict'
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { describe, type TestContext, test } from 'node:test'
import { ListObjectsV2Command, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { s3Blobs } from '../../../storage/adapters/s3/blobs.ts'
import { openS3 } from '../../../storage/adapters/s3/open-s3.ts'
import { isCode } from '../../../topology/contract/errors.ts'
import { blobsSuite } from '../../conformance/blobs.ts'
import { noS3, testBucket } from './test-bucket.ts'

const found = await testBucket()

if (!found) {
  test('blobs in S3', { skip: noS3 }, () => {})
} else {
  const { settings, bucket } = found

  function connected(t: TestContext): S3Client {
    const client = openS3(settings)
    t.after(() => client.destroy())
    return client
  }

  let prefix = ''
  const opened = (t: TestContext) => s3Blobs(connected(t), { bucket, prefix })

  blobsSuite('S3', {
    async fresh(t) {
      prefix = `${randomUUID()}/`
      return opened(t)
    },
    reopened: async (t) => opened(t),
  })

  describe('blobs in S3', () => {
    test('write below their prefix only, under names of their own', async (t) => {
      const outer = `${randomUUID()}/`
      const client = connected(t)
      const blobs = s3Blobs(client, { bucket, prefix: `${outer}blobs/` })
      const id = await blobs.put('../../../etc', note)
      const list = new ListObjectsV2Command({ Bucket: bucket, Prefix: outer })
      const keys = (await client.send(list)).Contents?.map(({ Key }) => Key) ?? []
      assert.equal(keys.length, 1)
      assert.match(
        keys[0] ?? '',
        new RegExp(`^${outer}blobs/[0-9a-f]{64}/${id.slice(0, 2)}/${id}$`),
      )
    })

    test('carry some megabytes whole', async (t) => {
      const blobs = s3Blobs(connected(t), { bucket, prefix: `${randomUUID()}/` })
      const bytes = randomBytes(8 * 1_048_576)
      const id = await blobs.put('default', { ...note, bytes })
      const back = await blobs.get('default', id)
      assert.ok(back && Buffer.compare(back.bytes, bytes) === 0)
    })

    test('are refused when they are not what their id says', async (t) => {
      const client = connected(t)
      const blobs = s3Blobs(client, { bucket, prefix: `${randomUUID()}/` })
      const damaged = async (body: string, about: string | undefined) => {
        prefix = `${randomUUID()}/`
        const id = createHash('sha256').update('hi').digest('hex')
        const tenant = createHash('sha256').update('default').digest('hex')
        const command = new PutObjectCommand({
          Bucket: bucket,
          Key: `${prefix}${tenant}/${id.slice(0, 2)}/${id}`,
          Body: body,
          ...(about === undefined ? {} : { Metadata: { about } }),
        })
        await client.send(command)
        return s3Blobs(client, { bucket, prefix }).get('default', id)
      }
      const about = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
      const right = about({ mimeType: 'text/plain', filename: 'hi.txt' })
      assert.equal((await damaged('hi', right))?.filename, 'hi.txt')
      await assert.rejects(damaged('ho', right), isCorrupt)
      await assert.rejects(damaged('hi', undefined), isCorrupt)
      await assert.rejects(damaged('hi', '!!'), isCorrupt)
      await assert.rejects(damaged('hi', about(null)), isCorrupt)
      await assert.rejects(damaged('hi', about({ mimeType: 1 })), isCorrupt)
      assert.equal(await blobs.get('default', 'f'.repeat(64)), undefined)
    })

    test('keep one name when many give them one at once', async (t) => {
      const blobs = s3Blobs(connected(t), { bucket, prefix: `${randomUUID()}/` })
      const names = Array.from({ length: 20 }, (_, nth) => `${nth}.txt`)
      await Promise.all(names.map((filename) => blobs.put('default', { ...note, filename })))
      const id = createHash('sha256').update(note.bytes).digest('hex')
      const name = (await blobs.get('default', id))?.filename
      await Promise.all(names.map((filename) => blobs.put('default', { ...note, filename })))
      assert.equal((await blobs.get('default', id))?.filename, name)
    })

    test('take the longest name that the gateway takes, and refuse one that does not fit', async (t) => {
      const blobs = s3Blobs(connected(t), { bucket, prefix: `${randomUUID()}/` })
      const filename = '☀'.repeat(256)
      const id = await blobs.put('default', { ...note, filename })
      assert.equal((await blobs.get('default', id))?.filename, filename)
      const tooLong = { ...note, filename: '☀'.repeat(600) }
      await assert.rejects(blobs.put('default', tooLong), (error) => isCode(error, 'C4A_TOO_LARGE'))
    })

    test('say that the bucket is missing, or that the key is wrong, and never the key', async (t) => {
      const missing = s3Blobs(connected(t), { bucket: 'not-there' })
      await assert.rejects(missing.put('default', note), (error) => isAway(error, /not-there/))
      await assert.rejects(missing.get('default', 'f'.repeat(64)), (error) =>
        isAway(error, /NoSuchBucket/),
      )
      const accessKeyId = settings.credentials?.accessKeyId ?? ''
      const credentials = { accessKeyId, secretAccessKey: 'tres-secret' }
      const wrong = openS3({ ...settings, credentials })
      t.after(() => wrong.destroy())
      const blobs = s3Blobs(wrong, { bucket })
      await assert.rejects(blobs.put('default', note), (error) => isAway(error, /HTTP 403/))
      await assert.rejects(blobs.get('default', 'f'.repeat(64)), (error) =>
        isAway(error, /SignatureDoesNotMatch/),
      )
    })
  })
}

const note = { bytes: Buffer.from('hi'), mimeType: 'text/plain', filename: 'hi.txt' }
const isCorrupt = (error: unknown) => isCode(error, 'C4A_STORE_CORRUPT')

function isAway(error: unknown, why: RegExp): true {
  assert.ok(isCode(error, 'C4A_STORE_UNREACHABLE'), String(error))
  const { cause, message } = error as Error // thrown by us
  assert.match(message, why)
  const everything = JSON.stringify([
    message,
    String(cause),
    { ...Object(error) },
    { ...Object(cause) },
  ])
  assert.doesNotMatch(everything, /tres-secret|Signature=|AWS4-HMAC/)
  return true
}
