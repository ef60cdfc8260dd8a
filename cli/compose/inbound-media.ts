import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { bulkhead, isBulkheadRejectedError } from 'cockatiel'
import type { MediaContent } from '../../domain/content.ts'
import type { MediaGate } from '../../gateway/media/media-gate.ts'
import { headBytes } from '../../gateway/media/type-of.ts'
import type { InboundMedia, KeptMedium } from '../../stages/tools.ts'
import type { BlobStore } from '../../storage/ports/blobs.ts'
import { Chat4AllError } from '../../topology/contract/errors.ts'
import type { ComposedChannels } from './channels.ts'

/** Each is whole in memory while it is kept, and has up to 100 MB. */
const atOnce = 4
/** As many again may wait: an attempt that waits for long would look like one that has stalled. */
const waiting = 4

/** What people send passes the gate that clients' files pass: the bytes say what it is, and the scanner has its say. */
export function inboundMedia(
  { fetchMedium }: Pick<ComposedChannels, 'fetchMedium'>,
  gate: MediaGate,
  blobs: Pick<BlobStore, 'put'>,
): InboundMedia {
  const few = bulkhead(atOnce, waiting)

  async function keep(
    tenant: string,
    medium: MediaContent,
    bytes: Uint8Array,
    declared: string,
  ): Promise<KeptMedium> {
    if (bytes.length === 0) return { kind: 'unavailable', why: 'it has no bytes' }
    try {
      const mimeType = await gate.type(bytes.subarray(0, headBytes), declared)
      await gate.scan(() => Readable.from([bytes]))
      const filename = medium.filename?.replace(/^.*[/\\]/s, '') || medium.type
      const blobId = await blobs.put(tenant, { bytes, mimeType, filename })
      const { url, mediaId, ...rest } = medium
      const sha256 = createHash('sha256').update(bytes).digest('hex')
      const sizeBytes = bytes.length
      return { kind: 'kept', medium: { ...rest, blobId, mimeType, sizeBytes, sha256 } }
    } catch (error) {
      // Store or scanner is away: the stage waits for it.
      if (!(error instanceof Chat4AllError) || error.retryable) throw error
      return { kind: 'unavailable', why: `${error.explanation.what}: ${error.explanation.why}` }
    }
  }

  return {
    async keep({ tenant, channel, account }, medium, signal, timeoutMs) {
      try {
        return await few.execute(async (): Promise<KeptMedium> => {
          const fetched = await fetchMedium(channel ?? '', account ?? '', medium, signal, timeoutMs)
          if (!fetched) return { kind: 'kept', medium }
          if (fetched.kind === 'gone') return { kind: 'unavailable', why: fetched.detail }
          if (fetched.kind === 'retry') return fetched
          const declared = medium.mimeType ?? fetched.mimeType ?? ''
          return keep(tenant, medium, fetched.bytes, declared)
        })
      } catch (error) {
        // The stage waits for its turn: a file is asked for at least once, however late.
        throw isBulkheadRejectedError(error) ? busy() : error
      }
    },
  }
}

const busy = (): Chat4AllError =>
  new Chat4AllError('C4A_UNAVAILABLE', {
    what: 'A file that a person sent is not fetched yet',
    why: `this process fetches ${atOnce} at once`,
    todo: 'Wait: it is tried again by itself',
  })
