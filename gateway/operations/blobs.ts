import { Readable } from 'node:stream'
import type { Blob, BlobAbout, ByteRange } from '../../storage/ports/blobs.ts'
import { Chat4AllError } from '../../topology/contract/errors.ts'
import type { Caller } from '../auth/caller.ts'
import { blobLinks } from '../media/blob-links.ts'
import type { MediaGate } from '../media/media-gate.ts'
import { thumbnails } from '../media/thumbnails.ts'
import { headBytes } from '../media/type-of.ts'
import type { GatewayTools } from '../tools.ts'

/** What is known of stored bytes. */
export interface BlobJson extends BlobAbout {
  readonly blobId: string
}

export interface BlobLinkJson {
  readonly blobId: string
  readonly url: string
  readonly expiresAt: string
}

export interface OpenBlob extends BlobAbout {
  readonly blobId: string
  /** Of the range that was asked for; all of it without one. */
  open(range?: ByteRange): Promise<Readable>
}

/** All but `put` throw C4A_NOT_FOUND. */
export interface Blobs {
  /** Throws C4A_BAD_REQUEST for no bytes at all, and what `MediaGate` does. */
  put(blob: Blob, caller: Caller): Promise<BlobJson>
  about(blobId: string, caller: Pick<Caller, 'tenant'>): Promise<BlobJson>
  get(blobId: string, caller: Pick<Caller, 'tenant'>): Promise<OpenBlob>
  delete(blobId: string, caller: Caller): Promise<Record<string, never>>
  /** A link that needs no key, for `seconds`. */
  link(blobId: string, seconds: number, caller: Caller): Promise<BlobLinkJson>
  /** What a link's token is for. */
  linked(token: string): Promise<OpenBlob & { readonly expiresAtS: number }>
  /** A picture of the picture, no side longer than `side`. Throws C4A_UNPROCESSABLE where there is none. */
  thumbnail(blobId: string, side: number, caller: Caller): Promise<Uint8Array>
}

type Tools = Pick<GatewayTools, 'blobs' | 'ids' | 'clock'>

/** `publicUrl` is where links lead; without one they are paths of this hub. */
export function blobOperations(
  { blobs, ids, clock }: Tools,
  gate: MediaGate,
  publicUrl: string | null,
): Blobs {
  const links = blobLinks(ids)
  const small = thumbnails(blobs)

  async function about(blobId: string, { tenant }: Pick<Caller, 'tenant'>): Promise<BlobJson> {
    const found = await blobs.about(tenant, blobId)
    if (found === undefined) throw unknown(blobId)
    return { blobId, ...found }
  }

  async function get(blobId: string, caller: Pick<Caller, 'tenant'>): Promise<OpenBlob> {
    return {
      ...(await about(blobId, caller)),
      async open(range) {
        const bytes = await blobs.read(caller.tenant, blobId, range)
        if (bytes === undefined) throw unknown(blobId)
        return bytes
      },
    }
  }

  return {
    about,
    get,

    async put({ bytes, mimeType: declared, filename }, { tenant }) {
      if (bytes.length === 0) throw empty()
      const mimeType = await gate.type(bytes.subarray(0, headBytes), declared)
      await gate.scan(() => Readable.from([bytes]))
      const blobId = await blobs.put(tenant, { bytes, mimeType, filename })
      return { blobId, sizeBytes: bytes.length, mimeType, filename }
    },

    async delete(blobId, { tenant }) {
      if (await blobs.delete(tenant, blobId)) return {}
      throw unknown(blobId)
    },

    async link(blobId, seconds, { tenant }) {
      await about(blobId, { tenant })
      const expiresAtS = Math.floor(clock.now() / 1_000) + seconds
      const token = links.token({ tenant, blobId, expiresAtS })
      const expiresAt = new Date(expiresAtS * 1_000).toISOString()
      return { blobId, url: `${publicUrl ?? ''}/v1/blob-links/${token}`, expiresAt }
    },

    async linked(token) {
      const blob = links.read(token, clock.now())
      if (blob === undefined) throw badLink()
      return { ...(await get(blob.blobId, blob)), expiresAtS: blob.expiresAtS }
    },

    async thumbnail(blobId, side, { tenant }) {
      const picture = await small.get(tenant, blobId, side)
      if (picture === undefined) throw unknown(blobId)
      return picture
    },
  }
}

const unknown = (blobId: string): Chat4AllError =>
  new Chat4AllError('C4A_NOT_FOUND', {
    what: `No blob '${blobId}' is known`,
    why: 'your tenant never stored one of that id, or it was deleted',
    todo: 'Take the blobId from the answer to POST /v1/blobs or of an upload',
  })

const badLink = (): Chat4AllError =>
  new Chat4AllError('C4A_NOT_FOUND', {
    what: 'This link leads nowhere',
    why: 'its time is over, or it is not one of ours',
    todo: 'Ask for another one',
  })

function empty(): Chat4AllError {
  return new Chat4AllError('C4A_BAD_REQUEST', {
    what: 'There is nothing to store',
    why: 'the body is empty',
    todo: 'Send the bytes as the body, with their Content-Type',
  })
}
