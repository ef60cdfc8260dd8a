import type { Receipt } from '../schemas/types.ts'
import type { Channels } from './tools.ts'

/** The channels of these receipts that report nothing by watermark. One that nobody knows here any more may have. */
export function withoutWatermarks(
  receipts: readonly Receipt[],
  channels: Channels | undefined,
): ReadonlySet<string> {
  const without = new Set<string>()
  for (const { channel } of receipts) {
    if (without.has(channel)) continue
    const capabilities = channels?.capabilities(channel)
    if (capabilities && capabilities.watermarks !== true) without.add(channel)
  }
  return without
}
