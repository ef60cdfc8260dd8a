import { buffer } from 'node:stream/consumers'
import { LRUCache } from 'lru-cache'
import type { BlobStore } from '../../storage/ports/blobs.ts'
import { Chat4AllError } from '../../topology/contract/errors.ts'

/** Small pictures of pictures, as WebP. Made when they are first asked for, off the event loop, and remembered for a while. */
export interface Thumbnails {
  /** No side is longer than `side`. Undefined where there is no such blob; throws C4A_UNPROCESSABLE for what has no thumbnail. */
  get(tenant: string, blobId: string, side: number): Promise<Uint8Array | undefined>
}

// A file of a few kilobytes may say that it is a picture of gigabytes. 50 million points are what phones take, and 200 MB decoded.
const maxPoints = 50_000_000
const maxBytes = 32 * 1024 * 1024
const maxWaiting = 32
const pictures = /^image\/(?:jpeg|png|webp|gif|bmp|tiff)$/

export function thumbnails(blobs: Pick<BlobStore, 'about' | 'read'>): Thumbnails {
  const made = new LRUCache<string, Uint8Array>({
    maxSize: 16 * 1024 * 1024,
    sizeCalculation: ({ length }) => length + 200,
  })
  const underWay = new Map<string, Promise<Uint8Array | undefined>>()
  // One at a time, since each may hold 200 MB.
  let last: Promise<unknown> = Promise.resolve()

  async function make(tenant: string, blobId: string, side: number) {
    const about = await blobs.about(tenant, blobId)
    if (about === undefined) return undefined
    if (!pictures.test(about.mimeType)) throw none(`it is ${about.mimeType}`)
    if (about.sizeBytes > maxBytes) throw none(`it has more than ${maxBytes} bytes`)
    const stream = await blobs.read(tenant, blobId)
    if (stream === undefined) return undefined
    const bytes = await buffer(stream)
    // Loaded by who needs them: megabytes that most gateways never touch.
    const [{ imageSize }, { ResizeFit, Transformer }] = await Promise.all([
      import('image-size'),
      import('@napi-rs/image'),
    ])
    const { width, height } = sizeOf(bytes, imageSize)
    if (width * height > maxPoints) throw none(`it has ${width} x ${height} points`)
    try {
      const picture = new Transformer(bytes).rotate()
      // What is small enough stays as it is: making it larger shows nothing more.
      if (Math.max(width, height) > side) {
        picture.resize({ width: side, height: side, fit: ResizeFit.Inside })
      }
      return new Uint8Array(await picture.webp(75))
    } catch (cause) {
      throw none(`it cannot be read: ${cause instanceof Error ? cause.message : cause}`)
    }
  }

  function inTurn<Made>(work: () => Promise<Made>): Promise<Made> {
    const turn = last.then(work)
    last = turn.catch(() => {})
    return turn
  }

  return {
    async get(tenant, blobId, side) {
      // What is deleted is gone at once, in every process.
      if ((await blobs.about(tenant, blobId)) === undefined) return undefined
      const key = JSON.stringify([tenant, blobId, side])
      const found = made.get(key)
      if (found) return found
      const running = underWay.get(key)
      if (running !== undefined) return running
      if (underWay.size >= maxWaiting) throw busy()
      const now = inTurn(() => make(tenant, blobId, side))
        .then((bytes) => {
          if (bytes) made.set(key, bytes)
          return bytes
        })
        .finally(() => underWay.delete(key))
      underWay.set(key, now)
      return now
    },
  }
}

interface Size {
  readonly width: number
  readonly height: number
}

/** As the file says, without decoding it. */
function sizeOf(bytes: Buffer, read: (bytes: Buffer) => Size): Size {
  try {
    return read(bytes)
  } catch {
    throw none('it does not say how large it is')
  }
}

const none = (why: string): Chat4AllError =>
  new Chat4AllError('C4A_UNPROCESSABLE', {
    what: 'There is no thumbnail of this blob',
    why,
    todo: 'Thumbnails are made of JPEG, PNG, WebP, GIF, BMP and TIFF of up to 32 MiB and 50 million points',
  })

const busy = (): Chat4AllError =>
  new Chat4AllError('C4A_UNAVAILABLE', {
    what: 'The thumbnail cannot be made now',
    why: 'many others are being made',
    todo: 'Try again in a second',
  })
