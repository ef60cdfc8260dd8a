import type { Command } from 'commander'
import type { ConversationJson } from '../../gateway/operations/conversation-json.ts'
import { type ClientOptions, type ClientTools, clientCommand } from '../client/client-command.ts'
import { clock } from '../client/message-tree.ts'
import { personArgument } from '../client/person-argument.ts'
import { visible } from '../client/screen.ts'
import { table } from '../client/table.ts'
import { exitCodes } from '../exit-codes.ts'

interface CreateOptions extends ClientOptions {
  readonly title?: string
}

/** Registers `chat4all conversations create|members|add|remove`. */
export function memberCommands(conversations: Command): void {
  clientCommand<CreateOptions>(
    conversations
      .command('create')
      .description('Creates the direct conversation with one person, or a group of several.')
      .argument('<people...>', 'CHANNEL:ADDRESS, one or more')
      .option('--title <title>', 'for people'),
    `  chat4all conversations create --title Trip whatsapp:5511999990001 telegram:900000004
  chat4all conversations create whatsapp:5511999990001 --json`,
    async ({ api, ...shown }, { title }, people) => {
      const json = {
        ...(title !== undefined && { title }),
        participants: people.map(personArgument),
      }
      return print(shown, await api.call<ConversationJson>('POST', '/v1/conversations', { json }))
    },
  )

  clientCommand(
    conversations
      .command('members')
      .description('Shows who is in a conversation.')
      .argument('<conversation-id>', 'as `conversations ls` shows it'),
    `  chat4all conversations members g_0193a7c2-5e11-7c3a-9d7e-7f5a3c1b2d4e
  chat4all conversations members g_0193a7c2-5e11-7c3a-9d7e-7f5a3c1b2d4e --json`,
    async ({ api, ...shown }, _, [id = '']) =>
      print(shown, await api.call<ConversationJson>('GET', pathOf(id))),
  )

  clientCommand(
    conversations
      .command('add')
      .description('Adds people to a group: they get what is said from then on.')
      .argument('<conversation-id>', 'of the group')
      .argument('<people...>', 'CHANNEL:ADDRESS, one or more'),
    `  chat4all conversations add g_0193a7c2-5e11-7c3a-9d7e-7f5a3c1b2d4e telegram:900000004
  chat4all conversations add g_0193a7c2-5e11-7c3a-9d7e-7f5a3c1b2d4e telegram:900000004 --json`,
    async ({ api, ...shown }, _, [id = '', ...people]) => {
      const json = { participants: people.map(personArgument) }
      return print(
        shown,
        await api.call<ConversationJson>('POST', `${pathOf(id)}/members`, { json }),
      )
    },
  )

  clientCommand(
    conversations
      .command('remove')
      .description('Removes a person from a group: they get nothing any more.')
      .argument('<conversation-id>', 'of the group')
      .argument('<participant-id>', 'as `conversations members` shows it'),
    `  chat4all conversations remove g_0193a7c2-5e11-7c3a-9d7e-7f5a3c1b2d4e p_9cD_3-x--e4A4BZuhxYs3Q
  chat4all conversations remove g_0193a7c2-5e11-7c3a-9d7e-7f5a3c1b2d4e p_9cD_3-x--e4A4BZuhxYs3Q --json`,
    async ({ api, ...shown }, _, [id = '', participantId = '']) => {
      const path = `${pathOf(id)}/members/${encodeURIComponent(participantId)}`
      return print(shown, await api.call<ConversationJson>('DELETE', path))
    },
  )
}

const pathOf = (id: string) => `/v1/conversations/${encodeURIComponent(id)}`

function print(
  { screen, json }: Pick<ClientTools, 'screen' | 'json'>,
  conversation: ConversationJson,
): number {
  if (json) {
    screen.json(conversation)
    return exitCodes.ok
  }
  const { bold, dim } = screen.out
  const { conversationId, kind, title, participants } = conversation
  const rows = participants.map(({ channel, address, participantId, displayName, joinedAt }) => [
    visible(`${channel}:${address}`),
    participantId,
    visible(displayName ?? ''),
    joinedAt ? `since ${clock(joinedAt)}` : '',
  ])
  screen.print(`${bold(visible(conversationId))}  ${dim(kind)} ${visible(title ?? '')}`.trimEnd())
  if (rows.length > 0) screen.print(table(rows))
  return exitCodes.ok
}
