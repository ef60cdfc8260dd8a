import type { Alias, Message } from '../schemas/types.ts'
import type { AddressRef, Directory } from '../storage/ports/directory.ts'

/** What the directory has of the addresses that one message names. */
export interface KnownAliases {
  /** Of the address it was sent to, or came from. */
  own?: Alias
  /** Of the other address of the person who wrote it. */
  other?: Alias
  /** Of the group chat it was written in. */
  chat?: Alias
}

export type Hinted = Message & AddressRef

export const hasHint = (message: Message): message is Hinted =>
  message.channel !== null && message.account !== null && message.address !== null

/** One lookup for a batch. Few addresses have an alias, and most batches none: then there is no map. */
export async function knownAliases(
  messages: readonly Message[],
  { directory }: { readonly directory: Pick<Directory, 'aliases'> },
): Promise<Map<Message, KnownAliases> | undefined> {
  const refs: AddressRef[] = []
  const whose: Message[] = []
  const which: (keyof KnownAliases)[] = []
  const ask = (message: Message, as: keyof KnownAliases, ref: AddressRef) => {
    refs.push(ref)
    whose.push(message)
    which.push(as)
  }
  for (const message of messages) {
    if (!hasHint(message)) continue
    ask(message, 'own', message)
    if (message.origin === null) continue
    const { tenant, channel, account, origin } = message
    const { chat, otherAddress } = origin
    if (chat !== null) ask(message, 'chat', { tenant, channel, account, address: chat })
    else if (otherAddress !== null) {
      ask(message, 'other', { tenant, channel, account, address: otherAddress })
    }
  }
  if (refs.length === 0) return undefined
  const found = await directory.aliases(refs)
  let aliases: Map<Message, KnownAliases> | undefined
  for (let index = 0; index < refs.length; index++) {
    const alias = found[index]
    const message = whose[index]
    const as = which[index]
    if (!alias || !message || !as) continue
    aliases ??= new Map()
    const known = aliases.get(message) ?? {}
    known[as] = alias
    aliases.set(message, known)
  }
  return aliases
}
