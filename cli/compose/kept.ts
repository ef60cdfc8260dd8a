import { join } from 'node:path'
import { keyedIds } from '../../domain/ids.ts'
import { folderBlobs } from '../../storage/adapters/folder/blobs.ts'
import { folderUploads } from '../../storage/adapters/folder/uploads.ts'
import { memoryUploadLocker } from '../../storage/adapters/memory/upload-locker.ts'
import { notedLedger } from '../../storage/adapters/noted/ledger.ts'
import { notedSeen } from '../../storage/adapters/noted/seen.ts'
import { openDataFolder } from '../../topology/adapters/file-log/data-folder.ts'
import { fileBroker } from '../../topology/adapters/file-log/file-broker.ts'
import { sqliteTimers } from '../../topology/adapters/sqlite/timers.ts'
import { systemClock } from '../../topology/adapters/system-clock.ts'
import type { Closers } from './closers.ts'
import { ledgerKeepMs } from './ledger-keep-ms.ts'
import { keptSecret } from './secrets.ts'

/**
 * What must survive whatever happens: the log, and in its notes the seen-window and the ledger; timers in a table beside it;
 * blobs in a folder; the secret behind derived ids.
 */
export async function openKept(
  dataDir: string,
  idSecret: string,
  closers: Closers,
  report: (error: unknown) => void,
  uploadExpireMs = 24 * 3_600_000,
) {
  const data = await openDataFolder(dataDir)
  closers.add(() => data.close())
  const broker = fileBroker(data, systemClock, { report })
  closers.add(() => broker.close())
  const secret = idSecret || keptSecret(join(dataDir, 'id-secret')).value
  const [seen, ledger, timers] = await Promise.all([
    notedSeen(data.notes, data.tables),
    notedLedger(data.notes, data.tables, ledgerKeepMs),
    sqliteTimers(data.tables),
  ])
  return {
    broker,
    seen,
    ledger,
    timers,
    blobs: folderBlobs(join(dataDir, 'blobs')),
    uploads: await folderUploads({
      root: join(dataDir, 'uploads'),
      blobsRoot: join(dataDir, 'blobs'),
      locker: memoryUploadLocker(),
      expireMs: uploadExpireMs,
    }),
    ids: keyedIds(Buffer.from(secret)),
  }
}
