/** What every child answers, besides its own questions. */
export interface Usage {
  /** Of all threads since the process began. */
  readonly cpuMicros: number
  readonly rssBytes: number
}

type Handlers = Readonly<Record<string, (question: Record<string, unknown>) => unknown>>

/**
 * The child's side of `startChild`: says that it is ready, answers `usage`, `stop` and its own questions,
 * and ends when its parent is gone, so that Ctrl-C leaves nothing behind.
 */
export function answerParent(
  hello: object,
  close: () => Promise<void> | void,
  handlers: Handlers = {},
): void {
  const end = async () => {
    // A close that hangs must not keep the bench waiting.
    setTimeout(() => process.exit(1), 10_000).unref()
    await close()
    process.exit(0)
  }
  process.on('disconnect', () => process.exit(0))
  process.on('SIGINT', () => {}) // the terminal tells the whole group; the parent decides
  process.on('message', (question: Record<string, unknown> & { ask: string }) => {
    if (question.ask === 'stop') void end()
    else if (question.ask === 'usage') process.send?.(usage())
    else void Promise.resolve(handlers[question.ask]?.(question)).then((all) => process.send?.(all))
  })
  process.send?.(hello)
}

function usage(): Usage {
  const { user, system } = process.cpuUsage()
  return { cpuMicros: user + system, rssBytes: process.memoryUsage.rss() }
}
