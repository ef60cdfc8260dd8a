import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { folderBlobs } from '../../storage/adapters/folder/blobs.ts'
import { folderUploads } from '../../storage/adapters/folder/uploads.ts'
import { memoryUploadLocker } from '../../storage/adapters/memory/upload-locker.ts'
import { openGateway } from '../gateway/open-gateway.ts'

/**
 * A gateway as a process of its own, to be killed: `gateway-process.ts <folder> <port>`. Uploads and blobs are in the folder, as the
 * embedded profile has them, and found again by the next one; the log, which no upload asks, is in memory.
 */
const [folder = '', port = '0'] = process.argv.slice(2)
const blobsRoot = join(folder, 'blobs')
const uploads = await folderUploads({
  root: join(folder, 'uploads'),
  blobsRoot,
  locker: memoryUploadLocker(),
  expireMs: 3_600_000,
})
// It ends by being killed: nothing is put away.
const t = { after: () => {} } as unknown as TestContext
const { gateway } = await openGateway(t, {
  settings: { httpPort: Number(port) },
  tools: () => ({ blobs: folderBlobs(blobsRoot), uploads }),
})
process.send?.(gateway.httpPort)
