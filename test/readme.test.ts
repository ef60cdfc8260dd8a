import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { demoPhones } from '../connectors/simulator/demo.ts'
import { type RunningHub, startedHub } from './gates/started-hub.ts'
import { type GrpcClient, grpcClient } from './gateway/grpc-client.ts'

const readme = readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8')
const run = promisify(execFile)

/** What a reader is told to type, in order. */
const blocks = [
  ...readme.matchAll(/<!-- test\/readme.test.ts runs this -->\n```sh\n(.*?)```/gs),
].map((match) => match[1] ?? '')
const [send = '', look = '', answer = '', feed = '', grpc = ''] = blocks

describe('the README, by someone who types what it says', { skip: curlIsMissing() }, () => {
  let hub: RunningHub
  let key = ''
  let client: GrpcClient

  before(async () => {
    hub = await startedHub()
    key = readFileSync(join(hub.folder, 'data', 'bootstrap-key'), 'utf8').trim()
    client = grpcClient(hub.grpcPort, key)
  })
  after(async () => {
    client?.close()
    await hub?.stop()
  })

  /** As in one shell: the key is read by the first block, and known to the others. */
  async function typed(block: string) {
    const here = block
      .replaceAll('localhost:8080', `127.0.0.1:${hub.httpPort}`)
      .replaceAll('localhost:8090', `127.0.0.1:${hub.simulatorPort}`)
    assert.notEqual(here, block, 'the block names none of the ports')
    const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', here], {
      cwd: hub.folder,
      env: { ...process.env, ...(block === send ? {} : { KEY: key }) },
    })
    return JSON.parse(stdout)
  }

  test('has five blocks to type', () => assert.equal(blocks.length, 5))

  test('the first message is accepted, and read by Ana', async () => {
    const accepted = await typed(send)
    assert.equal(accepted.status, 'accepted')
    const message = await until(
      () => typed(look),
      ({ status }) => status === 'read',
    )
    assert.deepEqual(message.content, { type: 'text', text: 'Hello Ana' })
    const kinds = message.deliveries[0].history.map(({ kind }: { kind: string }) => kind)
    for (const kind of ['sent', 'delivered', 'read']) assert.ok(kinds.includes(kind), kind)
  })

  test("Ana's answer is on the feed, behind what happened to the message", async () => {
    await typed(answer)
    const { events, cursor } = await until(
      () => typed(feed),
      (page) => page.events.some(({ type }: { type: string }) => type === 'message.received'),
    )
    const types: string[] = events.map(({ type }: { type: string }) => type)
    for (const type of ['message.accepted', 'delivery.sent', 'delivery.read']) {
      assert.ok(
        types.includes(type) && types.indexOf(type) < types.indexOf('message.received'),
        type,
      )
    }
    const received = events.find(({ type }: { type: string }) => type === 'message.received')
    assert.deepEqual(received.data.content, { type: 'text', text: 'Hello to you' })
    assert.equal(typeof cursor, 'string')
  })

  test('the call by gRPC says the same to Davi', async () => {
    // grpcurl need not be installed: its arguments are taken from the page and the call is made with them.
    const [, body = ''] = /-d '([^']+)'/.exec(grpc) ?? []
    const [, service, method] = /localhost:50051 chat4all\.v1\.(\w+)\/(\w+)/.exec(grpc) ?? []
    assert.equal(service, 'MessageService')
    const { status, messageId } = await client.call(
      'MessageService',
      method ?? '',
      JSON.parse(body),
    )
    assert.equal(status, 'accepted')
    await until(
      () => typed(look.replaceAll('hello-1', messageId)),
      (message) => message.status === 'sent',
    )
  })
})

test('the table of phones is that of the simulator', () => {
  for (const { name, channel, address } of demoPhones) {
    assert.ok(readme.includes(`| ${name} | \`${channel}\` | \`${address}\` |`), name)
  }
})

/** Asks again until the answer is the one waited for; the status climbs on its own time. */
async function until<Answer>(
  ask: () => Promise<Answer>,
  wanted: (answer: Answer) => boolean,
): Promise<Answer> {
  const deadlineMs = Date.now() + 30_000
  for (;;) {
    const answer = await ask()
    if (wanted(answer)) return answer
    assert.ok(Date.now() < deadlineMs, `still: ${JSON.stringify(answer)}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

function curlIsMissing(): string | false {
  try {
    execFileSync('curl', ['--version'], { stdio: 'ignore' })
    return false
  } catch {
    return 'curl is not installed: nobody typed what the README says'
  }
}
