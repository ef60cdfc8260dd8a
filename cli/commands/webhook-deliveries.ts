import { type Command, InvalidArgumentError } from 'commander'
import type {
  Redelivered,
  WebhookAttemptPage,
} from '../../gateway/operations/webhooks/webhook-deliveries.ts'
import type {
  WebhookAttemptJson,
  WebhookJson,
} from '../../gateway/operations/webhooks/webhook-json.ts'
import { badValue } from '../client/bad-value.ts'
import { type ClientOptions, type ClientTools, clientCommand } from '../client/client-command.ts'
import { clock } from '../client/message-tree.ts'
import { type Screen, visible } from '../client/screen.ts'
import { table } from '../client/table.ts'
import { exitCodes } from '../exit-codes.ts'

interface AttemptOptions extends ClientOptions {
  readonly limit: string
  readonly before?: string
  readonly event?: string
}

interface RedeliverOptions extends ClientOptions {
  readonly event?: string
  readonly since?: string
  readonly dryRun?: boolean
}

/** Registers `test`, `attempts` and `redeliver` under `chat4all webhooks`. */
export function webhookDeliveryCommands(webhooks: Command): void {
  const id = ['<webhook-id>', 'as `webhooks ls` shows it'] as const

  const test = webhooks
    .command('test')
    .description('Sends a webhook.test event, which is not on the feed.')
    .argument(...id)
    .option('--dry-run', 'show which endpoint it would be, and send nothing')
  clientCommand<RedeliverOptions>(
    test,
    `  chat4all webhooks test wh_0123
  chat4all webhooks attempts wh_0123 --limit 1`,
    sendTest,
  )

  const attempts = webhooks
    .command('attempts')
    .description('Shows the delivery log of an endpoint, newest first.')
    .argument(...id)
    .option('--limit <n>', 'how many, 1 to 200', upToTwoHundred, '20')
    .option('--before <place>', 'where to go on')
    .option('--event <id>', 'only attempts of this event')
  clientCommand<AttemptOptions>(
    attempts,
    `  chat4all webhooks attempts wh_0123
  chat4all webhooks attempts wh_0123 --json | jq '.attempts[] | select(.outcome == "failed")'`,
    showAttempts,
  )

  const redeliver = webhooks
    .command('redeliver')
    .description('Sends one event again, or all since a time that the endpoint has not taken.')
    .argument(...id)
    .option('--event <id>', 'this event')
    .option('--since <time>', 'all since then, such as 2026-11-25T08:00:00Z')
    .option('--dry-run', 'show what would be asked for, and send nothing')
  clientCommand<RedeliverOptions>(
    redeliver,
    `  chat4all webhooks redeliver wh_0123 --since 2026-11-25T08:00:00Z
  chat4all webhooks redeliver wh_0123 --event 0123456789abcdef0123456789abcdef`,
    sendAgain,
  )
}

const pathOf = (webhookId: string): string => `/v1/webhooks/${encodeURIComponent(webhookId)}`

async function sendTest(
  { api, screen, json }: ClientTools,
  { dryRun }: RedeliverOptions,
  [webhookId = '']: readonly string[],
) {
  if (dryRun) return wouldSend({ api, screen, json }, webhookId, 'a webhook.test')
  const sent = await api.call<{ readonly eventId: string }>('POST', `${pathOf(webhookId)}/test`)
  if (json) screen.json(sent)
  else screen.print(`on its way: ${sent.eventId}`)
  return exitCodes.ok
}

async function showAttempts(
  { api, screen, json }: ClientTools,
  { limit, before, event }: AttemptOptions,
  [webhookId = '']: readonly string[],
) {
  const query = { limit, before, eventId: event }
  const path = `${pathOf(webhookId)}/attempts`
  const page = await api.call<WebhookAttemptPage>('GET', path, { query })
  if (json) {
    screen.json(page)
    return exitCodes.ok
  }
  const { dim } = screen.out
  const head = ['AT', 'EVENT', 'TYPE', 'NTH', 'OUTCOME', 'TOOK', 'NEXT', 'WHY'].map((each) =>
    dim(each),
  )
  const rows = page.attempts.map((attempt) => rowOf(attempt, screen.out))
  screen.print(rows.length > 0 ? table([head, ...rows]) : 'Nothing was sent to it.')
  if (page.next) screen.note(`There are more: --before ${page.next}`)
  return exitCodes.ok
}

function rowOf(attempt: WebhookAttemptJson, { green, red, yellow }: Screen['out']) {
  const { at, eventId, type, outcome, status, tookMs, nextAt, detail = '' } = attempt
  const shown = `${outcome}${status === undefined ? '' : ` ${status}`}`
  const colour = outcome === 'delivered' ? green : nextAt === undefined ? red : yellow
  return [
    clock(at),
    visible(eventId),
    visible(type),
    String(attempt.attempt),
    colour(visible(shown)),
    `${tookMs} ms`,
    nextAt === undefined ? '' : clock(nextAt),
    visible(detail),
  ]
}

async function sendAgain(
  tools: ClientTools,
  { event, since, dryRun }: RedeliverOptions,
  [webhookId = '']: readonly string[],
) {
  const { api, screen, json } = tools
  if ((event === undefined) === (since === undefined)) {
    throw badValue('redeliver', 'it takes --event or --since, one of the two', 'Give one of them')
  }
  const what = event === undefined ? `all since ${since} that it has not taken` : `event ${event}`
  if (dryRun) return wouldSend(tools, webhookId, what)
  if (event !== undefined) {
    const path = `${pathOf(webhookId)}/events/${encodeURIComponent(event)}/redeliver`
    const sent = await api.call<{ readonly eventId: string }>('POST', path)
    if (json) screen.json(sent)
    else screen.print(`on its way: ${visible(sent.eventId)}`)
    return exitCodes.ok
  }
  let events = 0
  let after: string | undefined
  for (let more = true; more; ) {
    const body = { since, ...(after !== undefined && { after }) }
    const path = `${pathOf(webhookId)}/redeliver`
    const answer = await api.call<Redelivered>('POST', path, { json: body })
    events += answer.events
    after = answer.cursor
    more = answer.more
  }
  if (json) screen.json({ events })
  else screen.print(`on their way: ${events}`)
  return exitCodes.ok
}

async function wouldSend(
  { api, screen, json }: Pick<ClientTools, 'api' | 'screen' | 'json'>,
  webhookId: string,
  what: string,
) {
  const webhook = await api.call<WebhookJson>('GET', pathOf(webhookId))
  if (json) screen.json({ dryRun: true, what, webhook })
  else screen.print(`Nothing is sent. It would be ${visible(what)}, to ${visible(webhook.url)}`)
  return exitCodes.ok
}

function upToTwoHundred(text: string): string {
  if (/^\d{1,3}$/.test(text) && Number(text) >= 1 && Number(text) <= 200) return text
  throw new InvalidArgumentError('Give a whole number from 1 to 200.')
}
