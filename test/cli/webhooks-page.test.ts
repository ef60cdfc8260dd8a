import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { request } from 'undici'
import { webhookSecretText } from '../../domain/webhooks/webhook-secret-text.ts'
import { webhookHeaders } from '../../domain/webhooks/webhook-signature.ts'

const root = join(import.meta.dirname, '..', '..')
const page = readFileSync(join(root, 'docs', 'webhooks.md'), 'utf8')
const secret = Buffer.alloc(32, 7)

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' && address ? address.port : 0
}

/** The page's first program, as a reader would run it. */
async function receiver(t: TestContext) {
  const [, program = ''] = /```js\n(.*?)```/s.exec(page) ?? []
  const port = await freePort()
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: root,
    env: { WEBHOOK_SECRET: webhookSecretText(secret), PORT: String(port) },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.after(() => child.kill())
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const post = (
    id: string,
    body: string,
    headers = webhookHeaders(id, Date.now(), body, [secret]),
  ) => request(`http://127.0.0.1:${port}/`, { method: 'POST', headers, body })
  return { post, said: () => said }
}

test("the page's receiver takes what is signed, once, and nothing else", async (t) => {
  const { post, said } = await receiver(t)
  const body = JSON.stringify({ eventId: 'e1', type: 'delivery.read', messageId: 'm1' })
  const end = Date.now() + 20_000
  let status = 0
  while (status === 0) {
    assert.ok(Date.now() < end, 'it does not listen')
    status = await post('e1', body).then(
      (answer) => answer.statusCode,
      () => 0,
    )
  }
  assert.equal(status, 204)
  assert.equal((await post('e1', body)).statusCode, 204)
  const forged = { ...webhookHeaders('e2', Date.now(), body, [Buffer.alloc(32, 8)]) }
  assert.equal((await post('e2', body, forged)).statusCode, 401)
  assert.equal(said(), 'delivery.read m1\n')
})
