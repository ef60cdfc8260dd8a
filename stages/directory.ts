import { defineStage, type Input, type StageSetup } from '../topology/contract/stage.ts'
import type { StageTools } from './tools.ts'

const ports = {
  conversations: 'Conversation',
  aliases: 'Alias',
  members: 'Member',
  reads: 'ReadMark',
  people: 'Person',
  identities: 'Identity',
} as const
const out = {} as const

/**
 * Writes the directory's log into its tables. A key's records come in order and the last one holds, so all
 * of it may be done again. Whoever must see a change waits until this stage's group has committed past it.
 */
export const directory = defineStage({
  name: 'directory',
  doc: 'Writes conversations and who is in them, aliases, read marks, and people with their identities into the tables in which stages and gateways look them up.',
  shape: 'batch-effect',
  in: ports,
  out,
  options: {},

  create(setup: StageSetup<Pick<StageTools, 'directory' | 'people'>>) {
    const { directory: tables, people } = setup.tools
    return {
      shape: 'batch-effect',
      async act(batch) {
        const of: Sorted = {
          conversations: [],
          aliases: [],
          members: [],
          reads: [],
          people: [],
          identities: [],
        }
        for (const record of batch) add(of, record)
        await tables.applyConversations(of.conversations)
        await tables.applyAliases(of.aliases)
        await tables.applyMembers(of.members)
        await tables.applyReads(of.reads)
        await people.applyPeople(of.people)
        await people.applyIdentities(of.identities)
        return batch.map(() => [])
      },
    }
  },
})

type Sorted = {
  readonly [Port in DirectoryInput['port']]: Extract<DirectoryInput, { port: Port }>['value'][]
}
type DirectoryInput = Input<typeof ports>

function add(of: Sorted, { port, value }: DirectoryInput): void {
  switch (port) {
    case 'conversations':
      of.conversations.push(value)
      break
    case 'aliases':
      of.aliases.push(value)
      break
    case 'members':
      of.members.push(value)
      break
    case 'reads':
      of.reads.push(value)
      break
    case 'people':
      of.people.push(value)
      break
    case 'identities':
      of.identities.push(value)
  }
}
