import { setTimeout as sleep } from 'node:timers/promises'
import type { Usage } from '../harness/answer-parent.ts'
import type { Case, CaseTools } from '../harness/case.ts'
import type { Child } from '../harness/child.ts'
import type { Figure } from '../harness/figure.ts'
import { formatted } from '../harness/format.ts'
import { mostOpenFiles } from '../harness/most-open-files.ts'
import { withChildren } from '../harness/with-children.ts'

/** What the first ones bring with them, code and the tail of the topic, is not the others'. */
const warming = 500
const wanted = 50_000
/** Beside the sockets: the log, what the runtime holds, and connections that ask for tokens. */
const spare = 500

/**
 * P20, P21: people on sockets of one gateway. What an open one costs, and how soon it shows what is handed over, while
 * nothing else runs in the process. As many are opened as a process may have files.
 */
export const sockets: Case = {
  targets: ['P20', 'P21'],
  title: 'sockets of people',
  run: (tools) =>
    withChildren([{ script: 'servers/accept-path.ts', core: 0 }], (server) =>
      withChildren(
        [{ script: 'load/socket-crowd.ts', args: [String(server.hello['httpPort'])], core: 1 }],
        (crowd) => measure(server, crowd, tools),
      ),
    ),
}

async function measure(
  server: Child,
  crowd: Child,
  { effort, say }: CaseTools,
): Promise<readonly Figure[]> {
  const limit = mostOpenFiles()
  const most = Math.min(effort.quick ? 3_000 : wanted, limit - spare)
  const hearing = Math.min(5_000, most)
  await open(0, warming)
  const before = await settled()

  const { perSecond: opened } = await open(warming, hearing)
  const perSecond = 1_000
  const count = (effort.quick ? 2 : 5) * perSecond
  await server.ask({ ask: 'hand', people: hearing, count, perSecond })
  const heard = await allHeard(count)
  say(`${heard.length} of ${count} items were shown`)
  const at = (share: number) => heard[Math.floor(heard.length * share)] ?? Number.NaN

  if (most > hearing) await open(hearing, most)
  const after = await settled()
  const bytes = (after.rssBytes - before.rssBytes) / (most - warming)
  const stopped = limit - spare <= most ? `, which is what a limit of ${limit} files allows` : ''
  return [
    {
      target: 'P20',
      what: 'memory of the process for an open socket that says nothing',
      value: Math.round(bytes),
      unit: 'B',
      better: 'lower',
      beside: `${most} open${stopped}: ${formatted(after.rssBytes / 1e6, 'MB')}, of which ${formatted(before.rssBytes / 1e6, 'MB')} with the first ${warming}; opened ${formatted(opened, '/s')}, each with a token of its own`,
    },
    {
      target: 'P21',
      what: `from handed over to shown, p99, with ${hearing} sockets open`,
      value: at(0.99),
      unit: 'ms',
      better: 'lower',
      beside: `p50 ${formatted(at(0.5), 'ms')}; ${heard.length} of ${count} shown, ${formatted(perSecond, '/s')} to all of them in turn`,
    },
  ]

  async function open(from: number, to: number) {
    const { tookMs } = await crowd.ask<{ tookMs: number }>({ ask: 'open', from, to })
    const rate = ((to - from) / tookMs) * 1_000
    say(`${to} sockets are open, the last ${to - from} at ${formatted(rate, '/s')}`)
    return { perSecond: rate }
  }

  async function settled(): Promise<Usage> {
    await sleep(1_000)
    await server.ask({ ask: 'collect' })
    return server.ask<Usage>({ ask: 'usage' })
  }

  /** What was shown, in milliseconds; the last ones may be on their way, and what has not come after two seconds is missing. */
  async function allHeard(all: number): Promise<readonly number[]> {
    for (let tries = 0; ; tries++) {
      const { heard: some } = await crowd.ask<{ heard: readonly number[] }>({ ask: 'heard' })
      if (some.length >= all || tries === 20) return some
      await sleep(100)
    }
  }
}
