import { type Command, InvalidArgumentError } from 'commander'
import type { DeadLetterJson } from '../../gateway/operations/dead-letter-json.ts'
import type { DeadLetterPage, DeadLetterStageJson } from '../../gateway/operations/dead-letters.ts'
import { type ClientOptions, type ClientTools, clientCommand } from '../client/client-command.ts'
import { clock } from '../client/message-tree.ts'
import { type Screen, visible } from '../client/screen.ts'
import { table } from '../client/table.ts'
import { exitCodes } from '../exit-codes.ts'

interface ShowOptions extends ClientOptions {
  readonly limit: string
  readonly offset?: string
}

/** Registers `chat4all dlq ls|show`. Looking changes nothing. */
export function dlqCommand(program: Command): void {
  const dlq = program
    .command('dlq')
    .summary('look at dead letters: records that no attempt could help')
    .description(
      'Shows dead letters: records that no attempt could help, with their original bytes and why. Needs the key of an operator or admin.',
    )
    .addHelpText(
      'after',
      `
Examples:
  chat4all dlq ls
  chat4all dlq show deliver.whatsapp --limit 5`,
    )

  const list = dlq
    .command('ls')
    .description('How many each stage has, how old, and of which codes.')
  clientCommand(
    list,
    `  chat4all dlq ls
  chat4all dlq ls --json | jq '.[] | select(.count > 0)'`,
    ls,
  )

  const showing = dlq
    .command('show')
    .description("Shows a stage's dead letters in order of partition and offset.")
    .argument('<stage>', 'as `dlq ls` names it')
    .option('--limit <n>', 'how many, 1 to 100', upToHundred, '20')
    .option('--offset <partition/offset>', 'where to begin', place)
  clientCommand<ShowOptions>(
    showing,
    `  chat4all dlq show deliver.whatsapp
  chat4all dlq show deliver.whatsapp --offset 3/0 --limit 1
  chat4all dlq show normalize --json | jq -r '.deadLetters[].reason'`,
    show,
  )
}

async function ls({ api, screen, json }: ClientTools): Promise<number> {
  const path = '/v1/dead-letters'
  const { stages } = await api.call<{ readonly stages: readonly DeadLetterStageJson[] }>(
    'GET',
    path,
  )
  if (json) screen.json(stages)
  else {
    const { dim, green, red } = screen.out
    const head = ['STAGE', 'COUNT', 'OLDEST', 'NEWEST', 'CODES'].map((each) => dim(each))
    const rows = stages.map(({ stage, count, complete, oldest = '', newest = '', byCode }) => [
      stage,
      count > 0 ? red(`${count}${complete ? '' : '+'}`) : green('0'),
      clock(oldest),
      clock(newest),
      Object.entries(byCode)
        .toSorted(([, a], [, b]) => b - a)
        .map(([code, each]) => `${visible(code)} ${each}`)
        .join(', '),
    ])
    screen.print(table([head, ...rows]))
    if (stages.some(({ complete }) => !complete)) {
      screen.note('+ there are more: only the newest were looked at')
    }
  }
  return exitCodes.ok
}

async function show(
  { api, screen, json }: ClientTools,
  { limit, offset }: ShowOptions,
  [stage = '']: readonly string[],
): Promise<number> {
  const path = `/v1/dead-letters/${encodeURIComponent(stage)}`
  const page = await api.call<DeadLetterPage>('GET', path, { query: { limit, from: offset } })
  if (json) {
    screen.json(page)
    return exitCodes.ok
  }
  for (const letter of page.deadLetters) screen.print(letterText(letter, screen.out))
  if (page.deadLetters.length === 0)
    screen.note(`${visible(page.stage)} has none${offset ? ' from there on' : ''}.`)
  if (page.next) screen.note(`There are more: --offset ${page.next}`)
  return exitCodes.ok
}

function letterText(letter: DeadLetterJson, { bold, dim, red }: Screen['out']): string {
  const headers = Object.entries(letter.headers)
    .map(([name, value]) => `    ${dim(visible(name))} ${visible(value)}`)
    .join('\n')
  return [
    `${bold(`${letter.partition}/${letter.offset}`)}  ${clock(letter.diedAt)}  ${red(visible(letter.code))}  ${dim('key')} ${visible(letter.key)}`,
    `  ${visible(letter.reason)}`,
    `  ${dim('attempts')} ${letter.attempts}  ${dim('from')} ${visible(letter.origin ?? 'not known')}`,
    `  ${dim('headers')}\n${headers}`,
    bodyText(letter, dim),
    '',
  ].join('\n')
}

function bodyText({ type, value, bytes }: DeadLetterJson, dim: (text: string) => string): string {
  if (value !== undefined) {
    const lines = JSON.stringify(value, null, 2).split('\n')
    return `  ${dim(type ?? 'value')}\n${lines.map((line) => `    ${visible(line)}`).join('\n')}`
  }
  if (bytes === undefined) return `  ${dim('no bytes: a tombstone')}`
  const hex = hexLines(Buffer.from(bytes, 'base64'))
  return `  ${dim(`bytes${type ? ` (not readable as ${type})` : ''}`)}\n${hex}`
}

const perLine = 16
const mostLines = 32

/** As hexdump has it; the whole of it stands in --json. */
function hexLines(bytes: Buffer): string {
  const lines: string[] = []
  for (let at = 0; at < bytes.length && lines.length < mostLines; at += perLine) {
    const row = bytes.subarray(at, at + perLine)
    const hex = row.toString('hex').replace(/../g, '$& ')
    const text = row.toString('latin1').replace(/[^\x20-\x7e]/g, '.')
    lines.push(`    ${at.toString(16).padStart(6, '0')}  ${hex.padEnd(perLine * 3)} ${text}`)
  }
  const rest = bytes.length - lines.length * perLine
  if (rest > 0) lines.push(`    … ${rest} more bytes: see --json`)
  return lines.join('\n')
}

function upToHundred(text: string): string {
  if (/^\d{1,3}$/.test(text) && Number(text) >= 1 && Number(text) <= 100) return text
  throw new InvalidArgumentError('Give a whole number from 1 to 100.')
}

function place(text: string): string {
  if (/^\d{1,6}\/\d{1,16}$/.test(text)) return text
  throw new InvalidArgumentError('Give PARTITION/OFFSET, such as 3/0.')
}
