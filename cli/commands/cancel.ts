import type { Command } from 'commander'
import type { Cancellation } from '../../gateway/operations/cancel-message.ts'
import { type ClientOptions, type ClientTools, clientCommand } from '../client/client-command.ts'
import { visible } from '../client/screen.ts'
import { exitCodes } from '../exit-codes.ts'

const examples = `  chat4all cancel order-17                take back what was scheduled, or waits for its channel
  chat4all cancel order-17 --json | jq .outcome

It ends with 0 only when nothing of the message will be sent.`

/** Registers `chat4all cancel`. */
export function cancelCommand(program: Command): void {
  const command = program
    .command('cancel')
    .summary('take a message back, as far as no platform has it')
    .description(
      'Takes a message back that is scheduled or waits for its channel. What a platform was given stays; the answer says which.',
    )
    .argument('<message-id>', 'the id that `send` or the API gave')
  clientCommand<ClientOptions>(command, examples, cancel)
}

async function cancel(
  { api, screen, json }: ClientTools,
  _options: ClientOptions,
  [messageId = '']: readonly string[],
): Promise<number> {
  const path = `/v1/messages/${encodeURIComponent(messageId)}/cancel`
  const answer = await api.call<Cancellation>('POST', path)
  const { outcome, cancelled, tooLate, detail } = answer
  if (json) screen.json(answer)
  else {
    const { green, red, bold } = screen.out
    const paint = outcome === 'cancelled' ? green : red
    const counts = cancelled + tooLate > 0 ? ` (${cancelled} cancelled, ${tooLate} too late)` : ''
    screen.print(`${paint(outcome)} ${bold(visible(messageId))}${counts}\n  ${visible(detail)}`)
  }
  return outcome === 'cancelled' ? exitCodes.ok : exitCodes.failed
}
