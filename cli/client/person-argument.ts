import type { NewParticipant } from '../../gateway/operations/new-participants.ts'
import { badValue } from './bad-value.ts'

/** `CHANNEL:ADDRESS`, as people are named on the command line. Throws C4A_BAD_REQUEST. */
export function personArgument(text: string): NewParticipant {
  const [, channel, address] = /^([^:]+):(.+)$/.exec(text) ?? []
  if (channel && address) return { channel, address }
  throw badValue(
    `Who '${text}' is`,
    'it is not of the form CHANNEL:ADDRESS',
    'Give it like whatsapp:5511999990001',
  )
}
