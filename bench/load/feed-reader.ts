import { request } from 'undici'
import { answerParent } from '../harness/answer-parent.ts'
import { benchKey } from '../harness/bench-key.ts'

/** One client that reads the feed from its beginning. Pages are parsed, as every client does; of the stream the lines are counted. */
const headers = { authorization: `Bearer ${benchKey}` }

answerParent({}, () => {}, {
  async pages({ port }) {
    const startMs = performance.now()
    let events = 0
    for (let after = 'start', more = true; more; ) {
      const url = `http://127.0.0.1:${port}/v1/events?limit=1000&after=${encodeURIComponent(after)}`
      const { body } = await request(url, { headers })
      const page = (await body.json()) as {
        readonly events: readonly unknown[]
        readonly cursor: string
        readonly more: boolean
      }
      events += page.events.length
      after = page.cursor
      more = page.more
    }
    return { events, tookMs: performance.now() - startMs }
  },

  async stream({ port, count }) {
    const startMs = performance.now()
    const url = `http://127.0.0.1:${port}/v1/stream?after=start`
    const { body } = await request(url, { headers: { ...headers, accept: 'text/event-stream' } })
    let events = 0
    let rest = ''
    for await (const bytes of body) {
      const lines = (rest + bytes).split('\n')
      rest = lines.pop() ?? ''
      events += lines.filter((line) => line.startsWith('data:')).length
      if (events >= Number(count)) break
    }
    return { events, tookMs: performance.now() - startMs }
  },
})
