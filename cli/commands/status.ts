import type { Command } from 'commander'
import { isLost } from '../../domain/status.ts'
import type { FactJson, MessageDetailJson } from '../../gateway/operations/message-json.ts'
import { type ClientOptions, type ClientTools, clientCommand } from '../client/client-command.ts'
import { followMessage } from '../client/follow-message.ts'
import { factLine, messageTree } from '../client/message-tree.ts'
import { visible } from '../client/screen.ts'
import { statusMark } from '../client/status-mark.ts'
import { isSettled } from '../client/wait.ts'
import { exitCodes } from '../exit-codes.ts'

interface Options extends ClientOptions {
  readonly watch?: boolean
}

const examples = `  chat4all status order-17               what became of it, and when
  chat4all status order-17 --watch       each new fact as it comes, until nothing more can come
  chat4all status order-17 --json | jq .status

Without --watch it ends with 0 whatever the status is; with it, with 1 when the message failed.`

/** Registers `chat4all status`. It reads, and changes nothing. */
export function statusCommand(program: Command): void {
  const command = program
    .command('status')
    .summary('what became of a message')
    .description('Shows a message, its folded status, its deliveries and the history of each.')
    .argument('<message-id>', 'the id that `send` or the API gave')
    .option('--watch', 'go on until the channels can tell nothing more')
  clientCommand<Options>(command, examples, status)
}

async function status(
  tools: ClientTools,
  { watch }: Options,
  [messageId = '']: readonly string[],
): Promise<number> {
  const { api, screen, json, signal } = tools
  let before: MessageDetailJson | undefined
  const last = await followMessage(api, {
    messageId,
    signal,
    onView(view) {
      if (json) screen.json(view, watch ? 'line' : undefined)
      else if (before) showNews(tools, before, view)
      else screen.print(messageTree(view, screen.out))
      before = view
      return !watch || isSettled(view)
    },
    onTrouble: () => screen.live('the hub does not answer, trying again'),
  })
  return watch && isLost(last?.status ?? '') ? exitCodes.failed : exitCodes.ok
}

/** The facts that were not there before, and the status they lead to. */
function showNews(
  { screen }: ClientTools,
  before: MessageDetailJson,
  view: MessageDetailJson,
): void {
  for (const fact of newFacts(before.history, view.history)) {
    screen.print(`  ${factLine(fact, screen.out)}`)
  }
  for (const delivery of view.deliveries) {
    const known = before.deliveries.find(({ deliveryId }) => deliveryId === delivery.deliveryId)
    for (const fact of newFacts(known?.history ?? [], delivery.history)) {
      const who = visible(`${delivery.channel} ${delivery.address}`)
      screen.print(`  ${factLine(fact, screen.out)}  ${screen.out.dim(who)}`)
    }
  }
  if (before.status !== view.status) {
    screen.print(
      `${screen.out.bold(visible(view.messageId))}  ${statusMark(view.status, screen.out)}`,
    )
  }
}

/** Facts only grow, but a late one may stand before others. */
function newFacts(before: readonly FactJson[], now: readonly FactJson[]): readonly FactJson[] {
  const known = new Set(before.map((fact) => JSON.stringify(fact)))
  return now.filter((fact) => !known.has(JSON.stringify(fact)))
}
