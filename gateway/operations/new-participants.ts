import type { Participant } from '../../schemas/types.ts'
import { Chat4AllError } from '../../topology/contract/errors.ts'
import type { GatewayTools } from '../tools.ts'
import { accountFinder } from './account-finder.ts'

/** A person as a client names one. */
export interface NewParticipant {
  readonly channel: string
  readonly address: string
  readonly account?: string
  readonly displayName?: string
}

/** Finds out who is meant. The finder throws C4A_UNPROCESSABLE for one who cannot be served or is named twice. */
export function newParticipants({ ids, channels }: Pick<GatewayTools, 'ids' | 'channels'>) {
  const findAccount = accountFinder(channels)
  return (named: readonly NewParticipant[], tenant: string): readonly Participant[] => {
    const all = named.map((given): Participant => {
      const { account, address } = findAccount(given, tenant)
      const participantId = ids.participant(tenant, given.channel, account, address)
      const { channel, displayName = null } = given
      return { participantId, channel, account, address, displayName, joinedAt: null }
    })
    if (new Set(all.map(({ participantId }) => participantId)).size === all.length) return all
    throw new Chat4AllError('C4A_UNPROCESSABLE', {
      what: 'A person is named twice',
      why: 'two participants have the same channel, account and address',
      todo: 'Name each person once',
    })
  }
}
