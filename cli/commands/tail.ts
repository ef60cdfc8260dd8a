import { type Command, InvalidArgumentError } from 'commander'
import type { EventJson } from '../../domain/event-json.ts'
import { isLost } from '../../domain/status.ts'
import { type ClientOptions, type ClientTools, clientCommand } from '../client/client-command.ts'
import { liveEvents } from '../client/live-events.ts'
import { clock } from '../client/message-tree.ts'
import { type Screen, visible } from '../client/screen.ts'
import { exitCodes } from '../exit-codes.ts'

interface Options extends ClientOptions {
  readonly from: string
  readonly type?: RegExp
  readonly conversation?: string
  readonly count?: number
}

const examples = `  chat4all tail                                    what happens from now on
  chat4all tail --from start --type 'delivery.*'   all deliveries that are still kept, then live
  chat4all tail --conversation c_1a2b
  chat4all tail --type message.received --count 1  waits for one message from a person
  chat4all tail --json | jq -c 'select(.status == "failed")'

With --json each line is an event and its \`cursor\`; --from CURSOR goes on behind it.`

/** Registers `chat4all tail`. It reads, and changes nothing. */
export function tailCommand(program: Command): void {
  const command = program
    .command('tail')
    .summary('events as they happen')
    .description(
      'Shows the event feed as it grows, without gaps: when the connection breaks it goes on behind the last event. Ctrl-C ends it.',
    )
    .option('--from <place>', 'now, start (the oldest kept) or a cursor', 'now')
    .option('--type <pattern>', 'only these types; * stands for anything', typePattern)
    .option('--conversation <id>', 'only this conversation')
    .option('--count <n>', 'end after so many events', wholeNumber)
  clientCommand<Options>(command, examples, tail)
}

async function tail(
  { api, screen, signal, json }: ClientTools,
  { from, type, conversation, count }: Options,
): Promise<number> {
  const note = (text: string) => screen.note(screen.err.dim(text))
  let shown = 0
  for await (const { event, cursor } of liveEvents(api, { from, signal, note })) {
    if (type && !type.test(event.type)) continue
    if (conversation !== undefined && event.conversationId !== conversation) continue
    if (json) screen.json({ cursor, ...event }, 'line')
    else screen.print(eventLine(event, screen.out))
    if (++shown === count) return exitCodes.ok
  }
  return exitCodes.interrupted
}

function eventLine(event: EventJson, { bold, dim, red, green, cyan }: Screen['out']): string {
  const { type, status } = event
  const paint = isLost(status ?? '') ? red : status === 'read' ? cyan : green
  const ids = [
    ['channel', event.channel],
    ['message', event.messageId],
    ['conversation', event.conversationId],
    ['delivery', event.deliveryId],
  ].flatMap(([name, id]) => (id === undefined ? [] : [`${dim(`${name}=`)}${visible(id)}`]))
  const why = [event.reason, event.detail].filter((each) => each !== undefined)
  const tail = why.length > 0 ? [red(visible(why.join(': ')))] : []
  const said = saidIn(event.data)
  if (said) tail.push(bold(said))
  return [dim(clock(event.occurredAt)), paint(visible(type).padEnd(20)), ...ids, ...tail].join('  ')
}

/** What a person wrote, where it is text. */
function saidIn(data: unknown): string {
  const { content } = (typeof data === 'object' && data !== null ? data : {}) as {
    readonly content?: { readonly text?: unknown }
  }
  return typeof content?.text === 'string' ? `"${visible(content.text).slice(0, 80)}"` : ''
}

function typePattern(text: string): RegExp {
  const parts = text.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`)
}

function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('Give a whole number from 1 on.')
}
