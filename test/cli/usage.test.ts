import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, get } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { assertClean, runCli, startCli } from './run-cli.ts'

const folder = mkdtempSync(join(tmpdir(), 'c4a-usage-'))
after(() => rmSync(folder, { recursive: true }))

const secret = 'a-key-that-nobody-may-see-in-any-output'
/** Port 1 is for a service that nobody runs. */
const nobody = { C4A_URL: 'http://127.0.0.1:1', C4A_KEY: secret }

const commands = [
  ['start'],
  ['send'],
  ['preview'],
  ['status'],
  ['tail'],
  ['keys', 'create'],
  ['keys', 'ls'],
  ['keys', 'revoke'],
  ['webhooks', 'ls'],
  ['webhooks', 'create'],
  ['webhooks', 'test'],
  ['webhooks', 'attempts'],
  ['webhooks', 'redeliver'],
  ['dlq', 'ls'],
  ['dlq', 'show'],
  ['check'],
  ['graph'],
  ['simulator'],
]

describe('the command line without a hub', () => {
  test('every command has help with examples', async () => {
    for (const command of commands) {
      const ended = await runCli([...command, '--help'])
      assert.equal(ended.code, 0, command.join(' '))
      assert.match(ended.stdout, /Examples:\n {2}.*chat4all/, command.join(' '))
      assertClean(ended)
    }
  })

  test('every command that talks to a hub offers --json, and no key as an argument', async () => {
    for (const command of commands.slice(1, 14)) {
      const { stdout } = await runCli([...command, '--help'])
      assert.match(stdout, / --json /)
      assert.match(stdout, / --key-file <file> /)
      assert.doesNotMatch(stdout, / --key /)
      assert.match(stdout, /Exit codes: 0 .* 64 .*66/)
    }
  })

  test('its version is that of the package, and help lists the commands', async () => {
    const { stdout, code } = await runCli(['--version'])
    assert.equal(code, 0)
    assert.match(stdout, /^\d+\.\d+\.\d+\S*\n$/)
    const help = await runCli(['help'])
    assert.equal(help.code, 0)
    for (const [command = ''] of commands)
      assert.match(help.stdout, new RegExp(`^ {2}${command}`, 'm'))
  })

  test('wrong usage ends with 64 and a hint', async () => {
    const rows: readonly [readonly string[], RegExp][] = [
      [['snd'], /Did you mean send\?/],
      [['dlq', 'sho'], /Did you mean show\?/],
      [['tail', '--form', 'now'], /Did you mean --from\?/],
      [['send', '--text', 'x'], /exactly one of --to and --conversation/],
      [['send', '--to', 'a:b', '--conversation', 'c', '--text', 'x'], /exactly one of --to and/],
      [['send', '--to', 'whatsapp:1'], /exactly one of --text, --image/],
      [['send', '--to', 'whatsapp:1', '--text', 'x', '--image', 'y'], /exactly one of --text/],
      [['send', '--to', 'whatsapp', '--text', 'x'], /it is not CHANNEL:ADDRESS/],
      [
        ['send', '--conversation', 'c', '--account', 'a', '--text', 'x'],
        /--account: a conversation/,
      ],
      [
        ['send', '--to', 'whatsapp:1', '--text', 'x', '--caption', 'c'],
        /--caption: a text has none/,
      ],
      [['send', '--to', 'whatsapp:1', '--location', '91,0'], /LATITUDE,LONGITUDE/],
      [['send', '--to', 'whatsapp:1', '--location', 'home'], /LATITUDE,LONGITUDE/],
      [['send', '--to', 'whatsapp:1', '--text', 'x', '--wait', 'seen'], /Allowed choices are sent/],
      [['send', '--to', 'whatsapp:1', '--text', 'x', '--timeout', '5'], /a number and a unit/],
      [['tail', '--count', '0'], /a whole number from 1/],
      [['keys', 'create', '--name', 'n', '--role', 'boss'], /Allowed choices are admin/],
      [['status', 'x', '--url', 'ftp://x'], /no http or https address/],
      [['status', 'x', '--url', `http://me:${secret}@x`], /without a user name/],
      [['simulator', '--faults', '2'], /from 0 to 1/],
      [['simulator', '--faults', '{'], /or JSON/],
      [['simulator', '--faults', '{"rates":{"slwo":1}}', '--port', '0'], /'slwo' is no fault/],
      [['simulator', '--port', '70000'], /a port number/],
      [['simulator', '--public-url', 'phones'], /an address such as/],
    ]
    for (const [args, sentence] of rows) {
      const ended = await runCli(args, nobody)
      assert.equal(ended.code, 64, `${args.join(' ')}\n${ended.stderr}`)
      assert.match(ended.stderr, sentence)
      assert.equal(ended.stdout, '')
      assertClean(ended, secret)
    }
  })

  test('a hub that is not there ends with 69 and says how to start it', async () => {
    for (const args of [['status', 'x'], ['tail'], ['keys', 'ls'], ['dlq', 'ls']]) {
      const ended = await runCli(args, nobody)
      assert.equal(ended.code, 69)
      assert.match(ended.stderr, /Nothing listens at http:\/\/127\.0\.0\.1:1: .* `npm start`/)
      assertClean(ended, secret)
    }
  })

  test('a send that got no answer tells the id to repeat it with', async () => {
    const ended = await runCli(['send', '--to', 'whatsapp:1', '--text', 'x'], nobody)
    assert.equal(ended.code, 69)
    assert.match(ended.stderr, /repeat with --message-id [\w-]{36}: it is sent once/)
  })

  test('with --json an error is JSON too', async () => {
    const { stderr, stdout, code } = await runCli(['status', 'x', '--json'], nobody)
    assert.equal(code, 69)
    assert.equal(stdout, '')
    assert.equal(JSON.parse(stderr).error.code, 'C4A_UNAVAILABLE')
  })

  test('what answers without being a hub is named as that', async (t) => {
    const server = createServer((_request, response) => response.end('<html>')).listen(
      0,
      '127.0.0.1',
    )
    t.after(() => server.close())
    await new Promise((listening) => server.once('listening', listening))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const ended = await runCli(['status', 'x'], { C4A_URL: url, C4A_KEY: secret })
    assert.equal(ended.code, 69)
    assert.match(ended.stderr, /is no Chat4All hub/)
    assertClean(ended, secret)
  })

  test('without any key it says where one may come from', async () => {
    const { code, stderr } = await runCli(['status', 'x'], { C4A_DATA_DIR: join(folder, 'none') })
    assert.equal(code, 77)
    assert.match(stderr, /Set C4A_KEY, or give --key-file/)
    const missing = await runCli(['status', 'x', '--key-file', join(folder, 'none')])
    assert.equal(missing.code, 66)
  })

  test('a file to send that is not there ends with 66 before anything is sent', async () => {
    const file = join(folder, 'none.pdf')
    const { code, stderr } = await runCli(
      ['send', '--to', 'whatsapp:1', '--document', file],
      nobody,
    )
    assert.equal(code, 66)
    assert.match(stderr, /none\.pdf' cannot be read/)
  })

  test('a dry run needs no hub, and tells the file that would be stored', async () => {
    const file = join(folder, 'a.pdf')
    writeFileSync(file, '%PDF')
    const args = ['send', '--to', 'whatsapp:1', '--document', file, '--dry-run', '--json']
    const { code, stdout } = await runCli(args, nobody)
    assert.equal(code, 0)
    assert.deepEqual(JSON.parse(stdout).file, {
      filename: 'a.pdf',
      mimeType: 'application/pdf',
      sizeBytes: 4,
    })
  })
})

describe('chat4all send --fallback', () => {
  const send = (...args: readonly string[]) =>
    runCli(['send', '--to', 'whatsapp:1', '--text', 'Hi', '--dry-run', '--json', ...args], nobody)

  test('names the other channels in their order, with the time for each', async () => {
    const others = ['--fallback', 'telegram:2', '--fallback', 'messenger:3', '--after', '5m']
    const { code, stdout, stderr } = await send(...others)
    assert.equal(code, 0, stderr)
    assert.deepEqual(JSON.parse(stdout).body.fallback, [
      { channel: 'telegram', address: '2', after: 300 },
      { channel: 'messenger', address: '3', after: 300 },
    ])
  })

  test('says what is wrong with it', async () => {
    const alone = await send('--after', '5m')
    assert.equal(alone.code, 64)
    assert.match(alone.stderr, /no --fallback to go to/)
    const odd = await send('--fallback', 'telegram')
    assert.equal(odd.code, 64)
    assert.match(odd.stderr, /not CHANNEL:ADDRESS/)
  })
})

describe('chat4all simulator', () => {
  test('shows the phones, and Ctrl-C ends it with 0', async (t) => {
    const simulator = startCli(['simulator', '--port', '0', '--faults', '0.1', '--seed', '7'])
    t.after(() => simulator.destroy())
    const greeting = await simulator.said(/Davi/)
    const url = /http:\S+/.exec(greeting)?.[0] ?? ''
    const answer = await fetch(`${url}simulator/faults`)
    const { plan } = (await answer.json()) as { plan: { rates: Record<string, number> } }
    assert.equal(plan.rates['duplicate-webhook'], 0.1)
    simulator.interrupt()
    const ended = await simulator.ended
    assertClean(ended)
    assert.equal(ended.code, 0)
  })

  test('is reached from other machines by the name it is told, and by no other', async (t) => {
    const options = ['--host', '0.0.0.0', '--public-url', 'http://phones.example:8090']
    const simulator = startCli(['simulator', '--port', '0', ...options])
    t.after(() => simulator.destroy())
    const { port } = new URL(/http:\S+/.exec(await simulator.said(/Davi/))?.[0] ?? '')
    const statusFor = (host: string) =>
      new Promise<number | undefined>((answered, failed) => {
        const headers = { host: `${host}:8090` }
        get(`http://127.0.0.1:${port}/simulator/phones`, { headers }, (answer) => {
          answer.resume()
          answered(answer.statusCode)
        }).on('error', failed)
      })
    assert.equal(await statusFor('phones.example'), 200)
    assert.equal(await statusFor('other.example'), 403)
    simulator.interrupt()
    await simulator.ended
  })

  test('a port that is taken is said with its setting', async (t) => {
    const server = createServer().listen(0, '127.0.0.1')
    t.after(() => server.close())
    await new Promise((listening) => server.once('listening', listening))
    const { port } = server.address() as AddressInfo
    const ended = await runCli(['simulator', '--port', String(port)])
    assert.equal(ended.code, 69)
    assert.match(ended.stderr, new RegExp(`^C4A_PORT_BUSY Port ${port} .*C4A_SIMULATOR_PORT`))
    assertClean(ended)
  })
})
