import type { ConnectorTools } from '../../connectors/contract.ts'
import type { Ids } from '../../domain/ids.ts'
import { blobLinks } from '../../gateway/media/blob-links.ts'
import type { BlobStore } from '../../storage/ports/blobs.ts'

/** WhatsApp's largest document, the most that any platform takes as an upload. What is larger is never held in memory. */
const maxHeldBytes = 100 * 1024 * 1024
/** Longer than a platform tries to fetch a file. */
const linkMs = 24 * 3_600_000

/** How a tenant's connectors come by the bytes of a blob: in hand, or for large ones by a link, where the hub can be reached (`publicUrl`). */
export function outboundMedia(
  blobs: Pick<BlobStore, 'about' | 'get'>,
  ids: Pick<Ids, 'blobLink'>,
  publicUrl: string,
): (tenant: string) => Pick<ConnectorTools, 'blob'> & Required<Pick<ConnectorTools, 'link'>> {
  const links = blobLinks(ids)
  return (tenant) => {
    const isLarge = async (blobId: string) =>
      ((await blobs.about(tenant, blobId))?.sizeBytes ?? 0) > maxHeldBytes

    return {
      blob: async (blobId) => ((await isLarge(blobId)) ? undefined : blobs.get(tenant, blobId)),

      async link(blobId) {
        if (publicUrl === '' || !(await isLarge(blobId))) return undefined
        const expiresAtS = Math.floor((Date.now() + linkMs) / 1_000)
        return `${publicUrl}/v1/blob-links/${links.token({ tenant, blobId, expiresAtS })}`
      },
    }
  }
}
