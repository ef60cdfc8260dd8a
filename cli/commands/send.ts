import { readFileSync } from 'node:fs'
import { type Command, Option } from 'commander'
import type { Accepted } from '../../gateway/operations/send.ts'
import { isCode, isRetryable } from '../../topology/contract/errors.ts'
import { badValue } from '../client/bad-value.ts'
import { type ClientOptions, type ClientTools, clientCommand } from '../client/client-command.ts'
import { duration } from '../client/duration.ts'
import { instant } from '../client/instant.ts'
import { deliveryLine } from '../client/message-tree.ts'
import { visible } from '../client/screen.ts'
import { type PreparedSend, prepareSend, type SendOptions } from '../client/send-request.ts'
import { feedPlace } from '../client/submission-verdict.ts'
import { type LocalFile, localFile, upload } from '../client/upload.ts'
import { neverComes, type Rung, rungs } from '../client/wait.ts'
import { type Waited, waitForRung } from '../client/wait-for-rung.ts'
import { exitCodes } from '../exit-codes.ts'

interface Options extends ClientOptions, SendOptions {
  readonly wait?: Rung
  readonly timeout: number
  readonly dryRun?: boolean
}

const examples = `  chat4all send --to whatsapp:5511999990001 --text 'Hello Ana'
  chat4all send --to whatsapp:5511999990001 --text 'Hello Ana' --wait read --timeout 1m
  chat4all send --to telegram:900000004 --document ./invoice.pdf --caption 'Your invoice'
  chat4all send --to messenger:7100000000000002 --image https://example.org/cat.jpg
  chat4all send --to instagram:8100000000000003 --location=-23.5614,-46.6559,'Avenida Paulista'
  chat4all send --to telegram:900000004 --content '{"type":"buttons","text":"Today?","buttons":[{"id":"y","title":"Yes"}]}'
  chat4all send --conversation c_1a2b --text - < letter.txt     the text from standard input
  chat4all send --to whatsapp:5511999990001 --text Hi --message-id order-17   twice is sent once
  chat4all send --to whatsapp:5511999990001 --text 'Good morning' --at 2027-01-01T08:00:00-03:00 --expires 2027-01-01T12:00:00-03:00
  chat4all send --to whatsapp:5511999990001 --text Hi --fallback telegram:900000004 --after 5m   there, if not delivered
  chat4all send --to whatsapp:5511999990001 --text Hi --dry-run --json`

/** Registers `chat4all send`. */
export function sendCommand(program: Command): void {
  const command = program
    .command('send')
    .summary('send a message, and follow it if you like')
    .description(
      'Sends one message. It is on stable storage when this command says accepted. With --wait it follows the status up to the one asked for.',
    )
    .option('--to <channel:address>', 'whom to send to')
    .option('--account <id>', 'your account to send from, where the channel has several')
    .option('--conversation <id>', 'where to send to, instead of --to')
    .option('--text <text>', 'what to say; - reads standard input')
    .option('--image <url|file>', 'a picture: a link, or a file that is stored first')
    .option('--document <url|file>', 'a document: a link, or a file that is stored first')
    .option('--location <lat,long[,name]>', 'a place, in degrees')
    .option('--caption <text>', 'text beside a picture or document')
    .option('--content <json>', 'anything else that can be sent, as the API takes it')
    .option('--reply-to <message-id>', 'the message that this one answers')
    .option('--at <instant>', 'send it then: RFC 3339, or from now such as 30m, 12h', instant)
    .option('--expires <instant>', 'not after then: RFC 3339, or from now', instant)
    .option(
      '--fallback <channel:address...>',
      'the same person on other channels, tried in turn when the one before fails',
    )
    .option('--after <duration>', 'or does not deliver within this time', duration)
    .option('--human-agent', 'a person answers: needs a key of role agent')
    .option('--message-id <id>', 'your own id: repeated with it, the message is sent once')
    .addOption(new Option('--wait <status>', 'wait until the channel reports it').choices(rungs))
    .option('--timeout <duration>', 'how long --wait waits', duration, 30_000)
    .option('--dry-run', 'show what would be sent, and send nothing')
  clientCommand<Options>(command, examples, send)
}

async function send(tools: ClientTools, options: Options): Promise<number> {
  const prepared = prepareSend(options, () => readFileSync(0, 'utf8').trimEnd())
  const { channel, file } = prepared
  const impossible = options.wait && channel ? neverComes(channel, options.wait) : undefined
  if (options.wait && impossible) {
    const todo = 'Wait for one of those, or send without --wait; nothing was sent'
    throw badValue(`--wait ${options.wait}`, impossible, todo)
  }
  const local = file === undefined ? undefined : localFile(file)
  if (options.dryRun) return dryRun(tools, prepared, local)

  const place = options.wait ? await feedPlace(tools.api) : ''
  const accepted = await submit(tools, prepared, local)
  if (!options.wait) {
    if (tools.json) tools.screen.json(accepted)
    else tools.screen.print(idsOf(tools, accepted))
    return exitCodes.ok
  }
  if (!tools.json) tools.screen.print(idsOf(tools, accepted))
  const waiting = { rung: options.wait, timeoutMs: options.timeout, feedPlace: place }
  const waited = await waitForRung(tools, accepted, waiting)
  showWaited(tools, accepted, waited, options.wait)
  return exitsOfWaiting[waited.end]
}

const exitsOfWaiting: Readonly<Record<Waited['end'], number>> = {
  reached: exitCodes.ok,
  failed: exitCodes.failed,
  'not-sent-again': exitCodes.failed,
  'never-comes': exitCodes.usage,
  'timed-out': exitCodes.timedOut,
}

async function submit(
  { api, screen }: ClientTools,
  prepared: PreparedSend,
  local: LocalFile | undefined,
): Promise<Accepted> {
  let blobId: string | undefined
  if (local) {
    screen.live(`storing ${visible(local.filename)}, ${local.bytes.length} bytes`)
    blobId = (await upload(api, local)).blobId
    screen.endLive()
  }
  try {
    return await api.call<Accepted>('POST', '/v1/messages', { json: prepared.request(blobId) })
  } catch (error) {
    // The request may have been taken all the same: only its id lets one find out or repeat it.
    if (isRetryable(error) && !isCode(error, 'C4A_TOO_MANY_REQUESTS')) {
      screen.note(`It is safe to repeat with --message-id ${prepared.messageId}: it is sent once.`)
    }
    throw error
  }
}

function dryRun(
  { api, screen, json }: ClientTools,
  prepared: PreparedSend,
  local: LocalFile | undefined,
): number {
  const file = local && {
    filename: local.filename,
    mimeType: local.mimeType,
    sizeBytes: local.bytes.length,
  }
  const body = prepared.request(local && '(given when the file is stored)')
  const shown = { dryRun: true, url: `${api.url}/v1/messages`, ...(file && { file }), body }
  if (json) screen.json(shown)
  else screen.print(`Nothing is sent. This would be:\n${JSON.stringify(shown, null, 2)}`)
  return exitCodes.ok
}

function idsOf({ screen }: ClientTools, accepted: Accepted): string {
  const { bold, dim, green } = screen.out
  return [
    `${green('accepted')} ${bold(accepted.messageId)}`,
    `  ${dim('conversation')} ${accepted.conversationId}`,
    `  ${dim('submission')}   ${accepted.submissionId}`,
    `  ${dim('position')}     ${accepted.position}`,
  ].join('\n')
}

function showWaited(tools: ClientTools, accepted: Accepted, waited: Waited, rung: Rung): void {
  const { screen, json } = tools
  if (json) {
    screen.json({
      ...accepted,
      wait: { for: rung, end: waited.end, why: waited.why },
      message: waited.message,
    })
    return
  }
  for (const delivery of waited.message?.deliveries ?? []) {
    screen.print(`  ${deliveryLine(delivery, screen.out)}`)
  }
  if (waited.why) screen.note(`${screen.err.red(waited.end)} ${waited.why}`)
}
