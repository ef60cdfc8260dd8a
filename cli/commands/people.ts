import type { Command } from 'commander'
import type { ChangedPerson, PersonPage } from '../../gateway/operations/people.ts'
import type { LikenessJson, PersonJson } from '../../gateway/operations/person-json.ts'
import { type ClientOptions, type ClientTools, clientCommand } from '../client/client-command.ts'
import { personArgument } from '../client/person-argument.ts'
import { visible } from '../client/screen.ts'
import { table } from '../client/table.ts'
import { exitCodes } from '../exit-codes.ts'

interface CreateOptions extends ClientOptions {
  readonly name?: string
}

/** Registers `chat4all people ls|create|link|unlink|suggest`. */
export function peopleCommand(program: Command): void {
  const people = program
    .command('people')
    .summary('who is who on several channels')
    .description('People with identities on several channels: they have one conversation.')
    .addHelpText(
      'after',
      `
Examples:
  chat4all people create --name Ana whatsapp:5511999990001 telegram:900000004
  chat4all people suggest h_0193a7c2-5e11-7c3a-9d7e-7f5a3c1b2d4e
  chat4all people link h_0193a7c2-5e11-7c3a-9d7e-7f5a3c1b2d4e messenger:7100000000000002`,
    )

  clientCommand(
    people.command('ls').description('Lists people, newest first.'),
    `  chat4all people ls
  chat4all people ls --json | jq -r '.people[].personId'`,
    listPeople,
  )

  clientCommand<CreateOptions>(
    people
      .command('create')
      .description("Creates a person; the first identity's conversation becomes that of all.")
      .argument('<identities...>', 'CHANNEL:ADDRESS, one or more')
      .option('--name <name>', 'for people'),
    `  chat4all people create --name Ana whatsapp:5511999990001 telegram:900000004
  chat4all people create whatsapp:5511999990001 --json`,
    async ({ api, ...shown }, { name }, identities) =>
      print(
        shown,
        await api.call<ChangedPerson>('POST', '/v1/people', {
          json: {
            ...(name !== undefined && { displayName: name }),
            identities: identities.map(personArgument),
          },
        }),
      ),
  )

  clientCommand(
    people
      .command('link')
      .description('Links an identity to a person.')
      .argument('<person-id>', 'as `people ls` shows it')
      .argument('<identity>', 'CHANNEL:ADDRESS'),
    `  chat4all people link h_0193a7c2-5e11-7c3a-9d7e-7f5a3c1b2d4e telegram:900000004
  chat4all people link h_0193a7c2-5e11-7c3a-9d7e-7f5a3c1b2d4e telegram:900000004 --json`,
    async ({ api, ...shown }, _, [personId = '', identity = '']) =>
      print(
        shown,
        await api.call<ChangedPerson>('POST', `${pathOf(personId)}/identities`, {
          json: personArgument(identity),
        }),
      ),
  )

  clientCommand(
    people
      .command('unlink')
      .description('Unlinks an identity from a person: it has a conversation of its own again.')
      .argument('<person-id>', 'as `people ls` shows it')
      .argument('<participant-id>', 'of the identity'),
    `  chat4all people unlink h_0193a7c2-5e11-7c3a-9d7e-7f5a3c1b2d4e p_9cD_3-x--e4A4BZuhxYs3Q
  chat4all people unlink h_0193a7c2-5e11-7c3a-9d7e-7f5a3c1b2d4e p_9cD_3-x--e4A4BZuhxYs3Q --json`,
    async ({ api, ...shown }, _, [personId = '', participantId = '']) => {
      const path = `${pathOf(personId)}/identities/${encodeURIComponent(participantId)}`
      return print(shown, await api.call<ChangedPerson>('DELETE', path))
    },
  )

  clientCommand(
    people
      .command('suggest')
      .description('Shows who may be the same person, by number or name. Links nobody.')
      .argument('<person-id>', 'as `people ls` shows it'),
    `  chat4all people suggest h_0193a7c2-5e11-7c3a-9d7e-7f5a3c1b2d4e
  chat4all people suggest h_0193a7c2-5e11-7c3a-9d7e-7f5a3c1b2d4e --json`,
    suggest,
  )
}

const pathOf = (personId: string) => `/v1/people/${encodeURIComponent(personId)}`

type Shown = Pick<ClientTools, 'screen' | 'json'>

async function listPeople({ api, screen, json }: ClientTools) {
  const page = await api.call<PersonPage>('GET', '/v1/people')
  if (json) screen.json(page)
  else {
    const head = ['ID', 'NAME', 'IDENTITIES'].map((each) => screen.out.dim(each))
    const rows = page.people.map((person) => [
      person.personId,
      visible(person.displayName ?? ''),
      visible(person.identities.map(({ channel, address }) => `${channel}:${address}`).join(', ')),
    ])
    screen.print(rows.length > 0 ? table([head, ...rows]) : 'Nobody.')
  }
  return exitCodes.ok
}

async function suggest(
  { api, screen, json }: ClientTools,
  _: ClientOptions,
  [personId = '']: readonly string[],
) {
  const path = `${pathOf(personId)}/suggestions`
  const answer = await api.call<{ readonly suggestions: readonly LikenessJson[] }>('GET', path)
  if (json) screen.json(answer)
  else {
    const head = ['IDENTITY', 'NAME', 'WHY'].map((each) => screen.out.dim(each))
    const rows = answer.suggestions.map(({ channel, address, displayName, why }) => [
      visible(`${channel}:${address}`),
      visible(displayName ?? ''),
      why,
    ])
    screen.print(rows.length > 0 ? table([head, ...rows]) : 'Nobody that is known.')
  }
  return exitCodes.ok
}

function print({ screen, json }: Shown, person: PersonJson): number {
  if (json) {
    screen.json(person)
    return exitCodes.ok
  }
  const { bold, dim } = screen.out
  const lines = [
    `${bold(person.personId)}  ${visible(person.displayName ?? '')}`,
    `  ${dim('conversation')} ${person.conversationId ?? '(none)'}`,
    ...person.identities.map(
      ({ channel, address, participantId }) =>
        `  ${visible(`${channel}:${address}`)}  ${dim(participantId)}`,
    ),
  ]
  screen.print(lines.join('\n'))
  return exitCodes.ok
}
