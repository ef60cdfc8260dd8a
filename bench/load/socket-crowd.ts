import { request } from 'undici'
import WebSocket from 'ws'
import { answerParent } from '../harness/answer-parent.ts'
import { benchKey } from '../harness/bench-key.ts'

/** Many people on sockets of one gateway: opens them by the thousand, and notes how late each item comes. */
const port = Number(process.argv[2])
const sockets: WebSocket[] = []
const lateMs: number[] = []

const nowMs = () => performance.timeOrigin + performance.now()

/** A source address has some 28,000 ports: beyond that another one of the loopback network. */
const sourceOf = (nth: number) => `127.0.0.${1 + Math.floor(nth / 20_000)}`

async function openOne(nth: number): Promise<void> {
  const { body } = await request(`http://127.0.0.1:${port}/v1/in-app/tokens`, {
    method: 'POST',
    headers: { authorization: `Bearer ${benchKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ address: `person-${nth}`, seconds: 86_400 }),
  })
  const { token } = (await body.json()) as { readonly token: string }
  const socket = new WebSocket(`ws://127.0.0.1:${port}/v1/in-app/socket?after=now`, 'chat4all.v1', {
    headers: { authorization: `Bearer ${token}` },
    perMessageDeflate: false,
    localAddress: sourceOf(nth),
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.once('close', (code) => reject(new Error(`a socket was closed with ${code}`)))
    socket.on('message', (data) => {
      const frame = JSON.parse(String(data))
      if (frame.type === 'ready') resolve()
      // The text is when it was handed over, of this machine's one clock.
      if (frame.type === 'item') lateMs.push(nowMs() - Number(frame.content.text))
    })
  })
  sockets.push(socket)
}

answerParent(
  {},
  () => {
    for (const socket of sockets) socket.terminate()
  },
  {
    async open(question) {
      const [from, to] = [Number(question['from']), Number(question['to'])]
      let next = from
      const one = async () => {
        while (next < to) await openOne(next++)
      }
      const startedAt = performance.now()
      await Promise.all(Array.from({ length: 100 }, one))
      return { tookMs: performance.now() - startedAt }
    },
    heard() {
      return { heard: lateMs.toSorted((a, b) => a - b) }
    },
  },
)
