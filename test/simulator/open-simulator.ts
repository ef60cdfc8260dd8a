import type { TestContext } from 'node:test'
import type { SimulatorAccount, SimulatorOptions } from '../../connectors/simulator/settings.ts'
import { type Simulator, startSimulator } from '../../connectors/simulator/start-simulator.ts'
import { type Receiver, receiver } from './receiver.ts'

/** Receipts at once, so that no test waits for a clock. */
export const atOnce = {
  answer: [0, 0],
  sent: [0, 0],
  delivered: [0, 0],
  read: [0, 0],
} as const

export const numbers = {
  whatsapp: '100000000000001',
  messenger: '200000000000002',
  instagram: '300000000000003',
  telegram: '400000004',
} as const

export const tokens = {
  whatsapp: 'wa-token',
  messenger: 'page-token',
  instagram: 'ig-token',
  telegram: '400000004:AAabcdefghijklmnopqrstuvwxyz0123456',
} as const

/** A simulator with one account on each channel, and the hub's side of its webhooks. Closed after the test. */
export async function openSimulator(
  t: TestContext,
  options: Partial<SimulatorOptions> = {},
): Promise<{ readonly simulator: Simulator; readonly hub: Receiver }> {
  const hub = await receiver()
  const account = (channel: keyof typeof numbers): SimulatorAccount => ({
    channel,
    accountId: numbers[channel],
    token: tokens[channel],
    secret: `${channel}-secret`,
    verifyToken: 'verify',
    webhookUrl: hub.url,
  })
  const simulator = await startSimulator({
    port: 0,
    accounts: [
      account('whatsapp'),
      account('messenger'),
      account('instagram'),
      account('telegram'),
    ],
    latencies: atOnce,
    windows: 'open',
    ...options,
    webhooks: { lingerMs: 1, retryBaseMs: 5, retryCapMs: 20, ...options.webhooks },
  })
  t.after(async () => {
    await simulator.close()
    await hub.close()
  })
  return { simulator, hub }
}

/** Posts JSON as a hub would. */
export async function post(
  url: string,
  body: unknown,
  token?: string,
): Promise<{ readonly status: number; readonly headers: Headers; readonly body: unknown }> {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` }
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...authorization },
    body: JSON.stringify(body),
  })
  const text = await answer.text()
  return {
    status: answer.status,
    headers: answer.headers,
    body: text === '' ? null : JSON.parse(text),
  }
}
