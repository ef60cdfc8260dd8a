import type { Command } from 'commander'
import type {
  ConversationPage,
  ListedConversation,
} from '../../gateway/operations/list-conversations.ts'
import type { MessagePage } from '../../gateway/operations/list-messages.ts'
import type { ReadAnswer } from '../../gateway/operations/mark-read.ts'
import { type ClientOptions, type ClientTools, clientCommand } from '../client/client-command.ts'
import { clock, contentLine } from '../client/message-tree.ts'
import { visible } from '../client/screen.ts'
import { table } from '../client/table.ts'
import { exitCodes } from '../exit-codes.ts'

interface PageOptions extends ClientOptions {
  readonly limit?: string
  readonly before?: string
}

interface SearchOptions extends PageOptions {
  readonly in?: string
}

interface ReadOptions extends ClientOptions {
  readonly upTo?: string
}

/** Registers `chat4all conversations ls|read|search`. */
export function conversationsCommand(program: Command): void {
  const conversations = program
    .command('conversations')
    .summary('who wrote last, what is unread, what was said')
    .description(
      'Lists conversations by what was said last, marks them as read, searches messages.',
    )
    .addHelpText(
      'after',
      `
Examples:
  chat4all conversations ls
  chat4all conversations read c_1Rk0aVZcTqMBpYlIuXw2wA
  chat4all conversations search 'order "too late"'`,
    )

  const list = paged(
    conversations.command('ls').description('Lists conversations by what was said last.'),
  )
  clientCommand<PageOptions>(
    list,
    `  chat4all conversations ls --limit 10
  chat4all conversations ls --json | jq -r '.conversations[] | select(.unread > 0) | .conversationId'`,
    listConversations,
  )

  const read = conversations
    .command('read')
    .description('Marks a conversation as read.')
    .argument('<conversation-id>', 'as `conversations ls` shows it')
    .option('--up-to <message-id>', 'the last message that was read; the newest one otherwise')
  clientCommand<ReadOptions>(
    read,
    `  chat4all conversations read c_1Rk0aVZcTqMBpYlIuXw2wA
  chat4all conversations read c_1Rk0aVZcTqMBpYlIuXw2wA --up-to in:telegram:demo:900000004:17`,
    markRead,
  )

  const search = paged(
    conversations
      .command('search')
      .description('Finds messages by their words, newest first, where the pipeline keeps them.')
      .argument('<query>', 'all of these words; "a phrase", -not, a or b')
      .option('--in <conversation-id>', 'only in this conversation'),
  )
  clientCommand<SearchOptions>(
    search,
    `  chat4all conversations search 'order late'
  chat4all conversations search '"too late" -tomorrow' --in c_1Rk0aVZcTqMBpYlIuXw2wA --json`,
    searchMessages,
  )
}

const paged = (command: Command): Command =>
  command
    .option('--limit <count>', 'how many at most, 1 to 200')
    .option('--before <cursor>', 'go on where the page before ended: its `next`')

async function listConversations({ api, screen, json }: ClientTools, options: PageOptions) {
  const query = { order: 'activity', limit: options.limit, before: options.before }
  const page = await api.call<ConversationPage>('GET', '/v1/conversations', { query })
  if (json) {
    screen.json(page)
    return exitCodes.ok
  }
  const { dim, yellow } = screen.out
  const head = ['ID', 'ACTIVE', 'UNREAD', 'WITH', 'LAST'].map((each) => dim(each))
  const rows = page.conversations.map((each) => [
    each.conversationId,
    clock(each.activeAt ?? each.createdAt),
    each.unread ? yellow(String(each.unread)) : '',
    visible(whoIn(each)),
    each.lastMessage ? contentLine(each.lastMessage) : '',
  ])
  screen.print(rows.length > 0 ? table([head, ...rows]) : 'No conversations.')
  if (page.next) screen.note(`More: --before '${page.next}'`)
  return exitCodes.ok
}

function whoIn({ title, participants }: ListedConversation): string {
  if (title) return title
  const names = participants.map(
    ({ displayName, channel, address }) => displayName ?? `${channel}:${address}`,
  )
  return names.length <= 3 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and others`
}

async function markRead(
  { api, screen, json }: ClientTools,
  { upTo }: ReadOptions,
  [conversationId = '']: readonly string[],
) {
  const path = `/v1/conversations/${encodeURIComponent(conversationId)}/read`
  const body = upTo === undefined ? {} : { messageId: upTo }
  const answer = await api.call<ReadAnswer>('POST', path, { json: body })
  if (json) screen.json(answer)
  else if (answer.read) screen.print(`read up to ${visible(answer.read.messageId)}`)
  else screen.print('Nothing was said there yet.')
  return exitCodes.ok
}

async function searchMessages(
  { api, screen, json }: ClientTools,
  options: SearchOptions,
  [q = '']: readonly string[],
) {
  const { limit, before } = options
  const query = { q, conversationId: options.in, limit, before }
  const page = await api.call<MessagePage>('GET', '/v1/messages:search', { query })
  if (json) {
    screen.json(page)
    return exitCodes.ok
  }
  const { dim } = screen.out
  const head = ['WHEN', 'CONVERSATION', 'ID', 'SAYS'].map((each) => dim(each))
  const rows = page.messages.map((message) => [
    clock(message.acceptedAt),
    message.conversationId,
    visible(message.messageId),
    contentLine(message),
  ])
  screen.print(rows.length > 0 ? table([head, ...rows]) : 'Nothing found.')
  if (page.next) screen.note(`More: --before '${page.next}'`)
  return exitCodes.ok
}
