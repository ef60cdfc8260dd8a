import type { Directory } from '../../storage/ports/directory.ts'
import type { TablesTrust } from './tables-trust.ts'

/** The same directory for the stages, while its tables can be trusted: new ones know nobody until they are filled. */
export function trustedDirectory(
  directory: Directory,
  trust: Pick<TablesTrust, 'trusted'>,
): Directory {
  return {
    conversations: (refs) => trust.trusted().then(() => directory.conversations(refs)),
    aliases: (refs) => trust.trusted().then(() => directory.aliases(refs)),
    seats: (refs) => trust.trusted().then(() => directory.seats(refs)),
    reads: (refs) => trust.trusted().then(() => directory.reads(refs)),
    list: (...asked) => trust.trusted().then(() => directory.list(...asked)),
    applyConversations: (all) => trust.trusted().then(() => directory.applyConversations(all)),
    applyAliases: (all) => trust.trusted().then(() => directory.applyAliases(all)),
    applyMembers: (all) => trust.trusted().then(() => directory.applyMembers(all)),
    applyReads: (all) => trust.trusted().then(() => directory.applyReads(all)),
  }
}
