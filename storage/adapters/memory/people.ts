import type { Conversation, Identity, Person } from '../../../schemas/types.ts'
import { parseCursor } from '../../ports/cursor.ts'
import type { Directory } from '../../ports/directory.ts'
import type { Likeness, People, PersonView } from '../../ports/people.ts'
import { compare } from './history-view.ts'

/** Looks through everything, for tests and the simulator of the engine. `directory` has the people who may be alike. */
export function memoryPeople(directory: Directory): People {
  const people = new Map<string, Person>()
  const identities = new Map<string, Identity>()

  const viewOf = (person: Person): PersonView => ({
    person,
    identities: [...identities.values()]
      .filter(({ tenant, personId }) => tenant === person.tenant && personId === person.personId)
      .sort((a, b) => a.changedAt - b.changedAt || compare(a.participantId, b.participantId)),
  })

  async function alike(view: PersonView): Promise<readonly Likeness[]> {
    const { tenant, displayName } = view.person
    const all = await directory.list(tenant, { limit: Number.MAX_SAFE_INTEGER })
    const direct = all.filter(({ kind }) => kind === 'direct').flatMap(participantOf)
    const own = all.filter((each) => each.conversationId === view.person.conversationId)
    const numbers = new Set(view.identities.flatMap(({ address }) => phoneKey(address) ?? []))
    const names = new Set(
      [displayName, ...own.flatMap(participantOf).map(nameOf)]
        .flatMap((name) => name ?? [])
        .map((name) => name.toLowerCase()),
    )
    return direct
      .filter(({ participantId }) => !identities.get(`${tenant}\0${participantId}`)?.personId)
      .flatMap((participant): readonly Likeness[] => {
        const number = phoneKey(participant.address)
        if (number !== undefined && numbers.has(number))
          return [{ participant, why: 'same-number' }]
        const isNamesake = names.has(participant.displayName?.toLowerCase() ?? '')
        return isNamesake ? [{ participant, why: 'same-name' }] : []
      })
      .sort(
        (a, b) =>
          compare(b.why, a.why) ||
          compare(a.participant.participantId, b.participant.participantId),
      )
  }

  return {
    async person(tenant, personId) {
      const found = people.get(`${tenant}\0${personId}`)
      return found && viewOf(found)
    },
    async list(tenant, { limit, before }) {
      const end = before === undefined ? undefined : parseCursor(before)
      return [...people.values()]
        .filter((person) => person.tenant === tenant)
        .filter(
          ({ createdAt, personId }) =>
            !end || createdAt < end.at || (createdAt === end.at && compare(personId, end.id) < 0),
        )
        .sort((a, b) => b.createdAt - a.createdAt || compare(b.personId, a.personId))
        .slice(0, limit)
        .map(viewOf)
    },
    async identities(refs) {
      return refs.map(({ tenant, participantId }) => identities.get(`${tenant}\0${participantId}`))
    },
    async alike(tenant, personId, limit) {
      const found = people.get(`${tenant}\0${personId}`)
      return found ? (await alike(viewOf(found))).slice(0, limit) : []
    },
    async applyPeople(records) {
      for (const each of records) people.set(`${each.tenant}\0${each.personId}`, each)
    },
    async applyIdentities(records) {
      for (const each of records) identities.set(`${each.tenant}\0${each.participantId}`, each)
    },
  }
}

const participantOf = ({ participants }: Conversation) => participants.slice(0, 1)
const nameOf = ({ displayName }: { readonly displayName: string | null }) => displayName

/** As `phone_key` of migration 0012. */
function phoneKey(address: string): string | undefined {
  const digits = address.replace(/\D/g, '')
  if (/^55\d\d9\d{8}$/.test(digits)) return digits.slice(0, 4) + digits.slice(5)
  return digits.length >= 10 && digits.length <= 15 ? digits : undefined
}
