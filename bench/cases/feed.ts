import type { Usage } from '../harness/answer-parent.ts'
import type { Case, CaseTools } from '../harness/case.ts'
import type { Child } from '../harness/child.ts'
import type { Figure } from '../harness/figure.ts'
import { formatted } from '../harness/format.ts'
import { withChildren } from '../harness/with-children.ts'

/** P22: how fast one reader gets the feed from its beginning, by pages of 1,000 and as a live stream that catches up. */
export const feed: Case = {
  targets: ['P22'],
  title: 'reading the feed',
  run: (tools) =>
    withChildren(
      [
        { script: 'servers/accept-path.ts', core: 0 },
        { script: 'load/feed-reader.ts', core: 1 },
      ],
      (server, reader) => measure(server, reader, tools),
    ),
}

async function measure(
  server: Child,
  reader: Child,
  { effort, say }: CaseTools,
): Promise<readonly Figure[]> {
  const count = effort.quick ? 20_000 : 100_000
  await server.ask({ ask: 'fill', count })
  say(`${count} events are there`)
  const figures: Figure[] = []
  for (const [how, what] of [
    ['pages', 'events read by pages of 1,000, GET /v1/events'],
    ['stream', 'events read as a stream from the start, GET /v1/stream'],
  ] as const) {
    await once(how)
    const { perSecond, micros } = await once(how)
    figures.push({
      target: 'P22',
      what,
      value: perSecond,
      unit: '/s',
      better: 'higher',
      beside: `one reader; CPU of the gateway ${formatted(micros, 'us')} an event; ${count} events, read the second time`,
    })
  }
  return figures

  async function once(how: string) {
    const before = await server.ask<Usage>({ ask: 'usage' })
    const port = server.hello['httpPort']
    const { events, tookMs } = await reader.ask<{ events: number; tookMs: number }>({
      ask: how,
      port,
      count,
    })
    const after = await server.ask<Usage>({ ask: 'usage' })
    if (events !== count) throw new Error(`${events} events came of ${count}`)
    return {
      perSecond: (events / tookMs) * 1_000,
      micros: (after.cpuMicros - before.cpuMicros) / events,
    }
  }
}
