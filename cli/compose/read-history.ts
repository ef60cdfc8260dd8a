import { standbyHistory } from '../../storage/adapters/postgres/standby-history.ts'
import { type StandbySettings, standbys } from '../../storage/adapters/postgres/standbys.ts'
import type { History } from '../../storage/ports/history.ts'
import type { Closers } from './closers.ts'

/** The history for gateways: from a standby that is close behind. They are connected to at the first question. */
export function readHistory(
  history: History,
  settings: StandbySettings,
  closers: Closers,
): History {
  let near: ReturnType<typeof standbys> | undefined
  closers.add(() => near?.close())
  return standbyHistory(history, {
    current() {
      near ??= standbys(settings)
      return near.current()
    },
  })
}
