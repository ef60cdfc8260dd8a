import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import type { PreviewJson, RecipientPreview } from '../../gateway/operations/preview.ts'
import { badValue } from '../client/bad-value.ts'
import { type ClientOptions, type ClientTools, clientCommand } from '../client/client-command.ts'
import { sayingOf } from '../client/saying-of.ts'
import { type Screen, visible } from '../client/screen.ts'
import { prepareSend, type SendOptions } from '../client/send-request.ts'
import { exitCodes } from '../exit-codes.ts'

type Options = ClientOptions & SendOptions

const examples = `  chat4all preview --to instagram:8100000000000003 --location=-23.5614,-46.6559,'Avenida Paulista'
  chat4all preview --conversation c_1a2b --content '{"type":"list","text":"When?","button":"Times","sections":[{"rows":[{"id":"a","title":"10:00"}]}]}'
  chat4all preview --to telegram:900000004 --image https://example.org/cat.jpg --json | jq .recipients[].outcome

It ends with 0 only when each person would see something.`

/** Registers `chat4all preview`. */
export function previewCommand(program: Command): void {
  const command = program
    .command('preview')
    .summary('see what each person would see of a message, and send nothing')
    .description(
      'Tells how each channel would show a message: as it is, in another way and by which rule, or not at all and why. Nothing is sent.',
    )
    .option('--to <channel:address>', 'who would get it')
    .option('--account <id>', 'your account to send from, where the channel has several')
    .option('--conversation <id>', 'the conversation, instead of --to')
    .option('--text <text>', 'what to say; - reads standard input')
    .option('--image <url>', 'a picture, by link')
    .option('--document <url>', 'a document, by link')
    .option('--location <lat,long[,name]>', 'a place, in degrees')
    .option('--caption <text>', 'text beside a picture or document')
    .option('--reply-to <message-id>', 'the message that it would answer')
    .option('--content <json>', 'anything else that can be sent, as the API takes it')
  clientCommand<Options>(command, examples, preview)
}

async function preview({ api, screen, json }: ClientTools, options: Options): Promise<number> {
  const answer = await api.call<PreviewJson>('POST', '/v1/messages:preview', {
    json: requestOf(options),
  })
  if (json) screen.json(answer)
  else for (const each of answer.recipients) screen.print(recipientText(each, screen.out))
  const rejected = answer.recipients.some(({ outcome }) => outcome === 'rejected')
  return rejected ? exitCodes.failed : exitCodes.ok
}

function requestOf(options: Options): object {
  const { file, request } = prepareSend(options, () => readFileSync(0, 'utf8').trimEnd())
  if (file === undefined) return request()
  throw badValue(
    `'${file}'`,
    'a preview stores no files',
    'Give a link, or --content with a blobId',
  )
}

function recipientText(
  { channel, address, outcome, detail, rules, parts }: RecipientPreview,
  { bold, dim, green, yellow, red }: Screen['out'],
): string {
  const paint = outcome === 'native' ? green : outcome === 'degraded' ? yellow : red
  const why = detail === undefined ? '' : ` ${visible(detail)}`
  return [
    `${bold(visible(channel))} ${visible(address)}  ${paint(outcome)}${why}`,
    ...rules.map((each) => `  ${dim(each.rule)} ${each.detail}`),
    ...parts.map(({ content }, index) => `  ${index + 1}. ${visible(sayingOf(content))}`),
  ].join('\n')
}
