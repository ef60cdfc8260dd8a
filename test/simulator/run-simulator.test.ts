import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { demoPhones } from '../../connectors/simulator/demo.ts'
import { runSimulator } from '../../connectors/simulator/run-simulator.ts'
import { startSimulator } from '../../connectors/simulator/start-simulator.ts'
import { openSimulator } from './open-simulator.ts'

describe('the simulator as a program', () => {
  test('says where the phones are and whose, and ends when told to', async () => {
    const stop = new AbortController()
    const said: string[] = []
    const run = runSimulator({ port: 0, hubWebhooks: null }, stop.signal, (line) => {
      said.push(line)
      if (said.length === 5) stop.abort()
    })
    await run
    const url = /http:\S+/.exec(said[0] ?? '')?.[0] ?? ''
    for (const { address, name } of demoPhones) {
      assert.ok(said.some((line) => line.includes(address) && line.includes(name)))
    }
    await assert.rejects(fetch(url))
  })

  test('takes a message with the accounts that the shipped pipeline names', async () => {
    const stop = new AbortController()
    let answered: Promise<unknown> | undefined
    await runSimulator({ port: 0, hubWebhooks: null }, stop.signal, (line) => {
      const url = /http:\S+/.exec(line)?.[0]
      if (url === undefined) return
      const body = JSON.stringify({ chat_id: demoPhones[3]?.address, text: 'oi' })
      const headers = { 'content-type': 'application/json' }
      answered = fetch(`${url}telegram/botsimulator/sendMessage`, { method: 'POST', headers, body })
        .then((answer) => answer.json())
        .finally(() => stop.abort())
    })
    assert.equal(((await answered) as { ok: boolean }).ok, true)
  })

  test('refuses a port that is taken with the reason of the system', async (t) => {
    const { simulator } = await openSimulator(t)
    await assert.rejects(startSimulator({ port: simulator.port, accounts: [] }), {
      code: 'EADDRINUSE',
    })
  })

  test('refuses an account that is there twice, and a span that runs backwards', async () => {
    const account = { channel: 'telegram', accountId: '1', token: 't' } as const
    await assert.rejects(startSimulator({ port: 0, accounts: [account, account] }), /there twice/)
    await assert.rejects(
      startSimulator({ port: 0, accounts: [], latencies: { sent: [2, 1] } }),
      /latencies.sent/,
    )
  })
})
