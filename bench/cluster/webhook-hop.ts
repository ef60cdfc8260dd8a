import { httpBurst } from '../harness/http-bench.ts'
import { withChildren } from '../harness/with-children.ts'
import { nowhere } from '../servers/in-process.ts'
import { gatewayProcess, type HopBench } from './hop-bench.ts'
import type { HopCost } from './hop-cost.ts'
import { timedGateway } from './timed-gateway.ts'

const inbound = 'inbound.telegram'

/** What people write: Telegram posts one message a request, and repeats what was not answered. */
export function webhookHop(bench: HopBench): Promise<HopCost> {
  const { servers, trail, messages } = bench
  const generator = { script: 'load/generator.ts', core: null }
  return withChildren([generator, gatewayProcess(bench)], async (load, gateway) => {
    const bodies = Array.from({ length: 2_000 }, (_, n) => JSON.stringify(updateOf(n)))
    const post = (requests: number) =>
      httpBurst(load, gateway, {
        path: '/webhooks/telegram/demo',
        headers: { 'X-Telegram-Bot-Api-Secret-Token': nowhere['C4A_TELEGRAM_SECRET'] ?? '' },
        connections: 64,
        expect: 200,
        bodies,
        requests,
        warmMs: 0,
        runMs: 600_000,
      })
    await trail.note('warm', [inbound], () => post(messages / 5))
    return trail.note('main', [inbound], () =>
      timedGateway(servers, gateway, {
        hop: 'gateway, webhook in',
        messages,
        send: () => post(messages),
      }),
    )
  })
}

/** As the Bot API documents an Update with a text message in a private chat. */
function updateOf(n: number): object {
  const id = 600_000_000 + n
  return {
    update_id: 900_000_000 + n,
    message: {
      message_id: 1_000 + n,
      from: { id, is_bot: false, first_name: 'Ana', last_name: 'Souza', language_code: 'pt-br' },
      chat: { id, type: 'private', first_name: 'Ana', last_name: 'Souza' },
      date: 1_763_917_000 + n,
      text: `Olá! O pedido nº ${100_000 + n} ainda não chegou; a entrega era ontem. Podem ver onde está?`,
    },
  }
}
