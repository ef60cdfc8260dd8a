import type { Directory } from '../../storage/ports/directory.ts'
import type { FanOut, Listening } from '../../storage/ports/fan-out.ts'
import { Chat4AllError } from '../../topology/contract/errors.ts'
import type { Person } from './person.ts'

/** `asks`: who else is here? */
export type HintKind = 'here' | 'away' | 'typing' | 'asks'

/** What people in a conversation tell each other over the fan-out and in no log: any of it may be lost. */
export interface ConversationHints {
  isIn(person: Person, conversationId: string): Promise<boolean>
  /** Throws C4A_NOT_FOUND where they are not. */
  mustBeIn(person: Person, conversationId: string): Promise<void>
  publish(person: Person, conversationId: string, kind: HintKind): void
  /** `told` hears what the person themselves publish, too; for `missed` see the fan-out. */
  listen(
    { tenant }: Pick<Person, 'tenant'>,
    conversationId: string,
    told: (kind: string, participantId: string) => void,
    missed: () => void,
  ): Listening
}

export function conversationHints({
  fanOut,
  directory,
}: {
  readonly fanOut: FanOut
  readonly directory: Pick<Directory, 'conversations'>
}): ConversationHints {
  async function isIn({ tenant, participantId }: Person, conversationId: string): Promise<boolean> {
    const [found] = await directory.conversations([{ tenant, conversationId }])
    return found?.participants.some((each) => each.participantId === participantId) ?? false
  }

  return {
    isIn,

    async mustBeIn(person, conversationId) {
      if (!(await isIn(person, conversationId))) throw unknown(conversationId)
    },

    publish({ tenant, participantId }, conversationId, kind) {
      fanOut.publish(keyOf(tenant, conversationId), Buffer.from(`${kind} ${participantId}`))
    },

    listen({ tenant }, conversationId, told, missed) {
      return fanOut.listen(keyOf(tenant, conversationId), {
        told(bytes) {
          const [kind = '', participantId = ''] = Buffer.from(bytes).toString().split(' ')
          told(kind, participantId)
        },
        missed,
      })
    },
  }
}

const keyOf = (tenant: string, conversationId: string): string =>
  `in-app/${tenant}/${conversationId}`

/** The same whether it is not there or not theirs: it must not tell which conversations exist. */
const unknown = (conversationId: string): Chat4AllError =>
  new Chat4AllError('C4A_NOT_FOUND', {
    what: `There is no conversation '${conversationId}' to be seen in`,
    why: 'it is not known, or this person is not in it',
    todo: "Take it from an item's 'conversationId'",
  })
