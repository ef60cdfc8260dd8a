import type { Alias, Conversation, Member, ReadMark } from '../schemas/types.ts'
import { defineStage, type StageSetup } from '../topology/contract/stage.ts'
import type { StageTools } from './tools.ts'

const ports = {
  conversations: 'Conversation',
  aliases: 'Alias',
  members: 'Member',
  reads: 'ReadMark',
} as const
const out = {} as const

/**
 * Writes the directory's log into its tables. A key's records come in order and the last one holds, so all
 * of it may be done again. Whoever must see a change waits until this stage's group has committed past it.
 */
export const directory = defineStage({
  name: 'directory',
  doc: 'Writes conversations and who is in them, aliases and read marks into the tables in which stages and gateways look them up.',
  shape: 'batch-effect',
  in: ports,
  out,
  options: {},

  create(setup: StageSetup<Pick<StageTools, 'directory'>>) {
    const tables = setup.tools.directory
    return {
      shape: 'batch-effect',
      async act(batch) {
        const conversations: Conversation[] = []
        const aliases: Alias[] = []
        const members: Member[] = []
        const reads: ReadMark[] = []
        for (const { port, value } of batch) {
          if (port === 'conversations') conversations.push(value)
          else if (port === 'aliases') aliases.push(value)
          else if (port === 'members') members.push(value)
          else reads.push(value)
        }
        await tables.applyConversations(conversations)
        await tables.applyAliases(aliases)
        await tables.applyMembers(members)
        await tables.applyReads(reads)
        return batch.map(() => [])
      },
    }
  },
})
