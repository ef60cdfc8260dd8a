import type { Alias, Conversation, Identity, Person } from '../../schemas/types.ts'
import { cursorOf } from '../../storage/ports/cursor.ts'
import { Chat4AllError } from '../../topology/contract/errors.ts'
import type { NewRecord } from '../../topology/contract/record.ts'
import type { Caller } from '../auth/caller.ts'
import type { GatewayTools } from '../tools.ts'
import { appendOrFail } from './append-or-fail.ts'
import type { PageRequest } from './list-conversations.ts'
import { type NewParticipant, newParticipants } from './new-participants.ts'
import { type LikenessJson, likenessJson, type PersonJson, personJson } from './person-json.ts'
import { personRecords } from './person-records.ts'
import type { PositionTokens } from './position-token.ts'
import type { ReadYourWrites } from './read-your-writes.ts'
import { uuidV7Source } from './uuid-v7.ts'

const mostIdentities = 20

/** After its check against schemas/person. */
export interface PersonRequest {
  readonly displayName?: string
  readonly identities: readonly NewParticipant[]
}

export type ChangedPerson = PersonJson & { readonly position?: string }

export interface PersonPage {
  readonly people: readonly PersonJson[]
  readonly next?: string | undefined
}

/**
 * People with identities on several channels. Their first identity's direct conversation is that of all of them: what
 * they write on another one, and what is sent to it, joins it there. So its id never changes. Nothing is linked but
 * by these calls. Each is answered when the tables show it, or after two seconds all the same.
 */
export interface PeopleOperations {
  /** The same person for the same idempotency key. Throws C4A_CONFLICT where an identity is somebody else's. */
  create(request: PersonRequest, caller: Caller, idempotencyKey?: string): Promise<ChangedPerson>
  get(personId: string, position: string | undefined, caller: Caller): Promise<PersonJson>
  list(page: PageRequest, caller: Caller): Promise<PersonPage>
  link(personId: string, identity: NewParticipant, caller: Caller): Promise<ChangedPerson>
  unlink(personId: string, participantId: string, caller: Caller): Promise<ChangedPerson>
  suggestions(
    personId: string,
    caller: Caller,
  ): Promise<{ readonly suggestions: readonly LikenessJson[] }>
}

type PeopleTools = Pick<
  GatewayTools,
  'broker' | 'codec' | 'ids' | 'clock' | 'channels' | 'topics' | 'people' | 'directory' | 'waitFor'
>

interface Change {
  readonly person: Person
  readonly identities: readonly Identity[]
  readonly changed: readonly Identity[]
  readonly aliases: readonly Alias[]
  /** Set where the conversation of the first identity is new to the directory. */
  readonly conversation?: Conversation | undefined
}

export function peopleOperations(
  tools: PeopleTools,
  positions: PositionTokens,
  readYourWrites: ReadYourWrites,
  waitMs: number,
): PeopleOperations {
  const { broker, clock, ids, people } = tools
  const mint = uuidV7Source()
  const named = newParticipants(tools)

  async function known(tenant: string, personId: string) {
    const found = await people.person(tenant, personId)
    if (found) return found
    throw new Chat4AllError('C4A_NOT_FOUND', {
      what: `No person '${personId}' is known`,
      why: 'nobody of that id was created, or they are on their way to the tables',
      todo: 'Give the position of the answer that created them, or see GET /v1/people',
    })
  }

  /** Those of the named that are not the person's yet. */
  async function newIdentities(
    named: readonly ReturnType<typeof identityOf>[],
    personId: string,
  ): Promise<readonly Identity[]> {
    const owners = await people.identities(named)
    return named.filter((identity, nth) => {
      const owner = owners[nth]?.personId ?? null
      if (owner !== null && owner !== personId) throw theirs(identity, owner)
      return owner === null
    })
  }

  const identityOf = (
    participant: ReturnType<typeof named>[number],
    personId: string,
    caller: Caller,
  ) => ({
    tenant: caller.tenant,
    participantId: participant.participantId,
    channel: participant.channel,
    account: participant.account,
    address: participant.address,
    personId,
    changedAt: clock.now(),
    changedBy: caller.keyId,
  })

  const conversationOf = ({ tenant, channel, account, address }: Identity) =>
    ids.conversation(tenant, channel, account, address)

  /** Where messages to and from the identity go; none where they go there anyway. */
  function aliasTo(identity: Identity, conversationId: string): readonly Alias[] {
    const { tenant, channel, account, address, participantId, changedAt: createdAt } = identity
    if (conversationOf(identity) === conversationId) return []
    const place = { tenant, channel, account, address, conversationId, participantId }
    return [{ ...place, createdAt, linked: true }]
  }

  /**
   * The direct conversation of a first identity that nobody has written to or from yet: what is re-keyed into it from the
   * others has to find it.
   */
  async function newConversation(first: Identity | undefined): Promise<Conversation | undefined> {
    if (!first) return undefined
    const { tenant, participantId, channel, account, address } = first
    const conversationId = conversationOf(first)
    const [known] = await tools.directory.conversations([{ tenant, conversationId }])
    if (known) return undefined
    return {
      tenant,
      conversationId,
      kind: 'direct',
      title: null,
      participants: [
        { participantId, channel, account, address, displayName: null, joinedAt: null },
      ],
      createdAt: first.changedAt,
      createdBy: first.changedBy,
    }
  }

  async function write({
    person,
    identities,
    changed,
    aliases,
    conversation,
  }: Change): Promise<ChangedPerson> {
    const shown = personJson({ person, identities })
    const records = personRecords({ person, changed, aliases, conversation }, tools, (alias) =>
      ids.conversation(alias.tenant, alias.channel, alias.account, alias.address),
    )
    const appended = await appendOrFail(broker, records as [NewRecord, ...NewRecord[]])
    const mine = appended.filter(({ topic }) => topic !== tools.topics.events)
    await Promise.all(mine.map((position) => tools.waitFor(position, waitMs)))
    return { ...shown, position: positions.write(appended[0]) }
  }

  return {
    async create(request, caller, key) {
      const { tenant, keyId } = caller
      const personId =
        key === undefined
          ? `h_${mint(clock.now())}`
          : `h_${ids.digest(`person\0${tenant}\0${key}`)}`
      const all = named(request.identities, tenant).map((each, nth) => {
        const identity = identityOf(each, personId, caller)
        // By the time they are in the order that they were named in, of which the first counts.
        return { ...identity, changedAt: identity.changedAt + nth }
      })
      const [first] = all
      await newIdentities(all, personId)
      const before = key === undefined ? undefined : await people.person(tenant, personId)
      const conversationId = before?.person.conversationId ?? (first ? conversationOf(first) : null)
      const person: Person = {
        tenant,
        personId,
        displayName: request.displayName ?? null,
        conversationId,
        createdAt: before?.person.createdAt ?? clock.now(),
        createdBy: before?.person.createdBy ?? keyId,
      }
      const aliases = all.flatMap((each) => aliasTo(each, conversationId ?? ''))
      const conversation = await newConversation(first)
      return write({ person, identities: all, changed: all, aliases, conversation })
    },

    async get(personId, position, { tenant }) {
      await readYourWrites(position)
      return personJson(await known(tenant, personId))
    },

    async list({ limit, before, position }, { tenant }) {
      await readYourWrites(position)
      const found = await people.list(tenant, before === undefined ? { limit } : { limit, before })
      const last = found.length === limit ? found.at(-1)?.person : undefined
      return {
        people: found.map(personJson),
        next: last && cursorOf(last.createdAt, last.personId),
      }
    },

    async link(personId, identity, caller) {
      const { person, identities } = await known(caller.tenant, personId)
      const all = named([identity], caller.tenant).map((each) => identityOf(each, personId, caller))
      const changed = await newIdentities(all, personId)
      const [added] = changed
      if (!added) return personJson({ person, identities })
      if (identities.length >= mostIdentities) throw tooMany(personId)
      const conversationId = person.conversationId ?? conversationOf(added)
      return write({
        person: { ...person, conversationId },
        identities: [...identities, added],
        changed,
        aliases: aliasTo(added, conversationId),
        conversation: person.conversationId === null ? await newConversation(added) : undefined,
      })
    },

    async unlink(personId, participantId, caller) {
      const { person, identities } = await known(caller.tenant, personId)
      const gone = identities.find((each) => each.participantId === participantId)
      if (!gone) throw notTheirs(personId, participantId)
      const rest = identities.filter((each) => each !== gone)
      const isFirst = conversationOf(gone) === person.conversationId
      if (isFirst && rest.length > 0) throw isTheFirst(personId, participantId)
      const free = { ...gone, personId: null, changedAt: clock.now(), changedBy: caller.keyId }
      return write({
        person: isFirst ? { ...person, conversationId: null } : person,
        identities: rest,
        changed: [free],
        aliases: isFirst ? [] : [ownAlias(free)],
      })
    },

    async suggestions(personId, { tenant }) {
      await known(tenant, personId)
      const found = await people.alike(tenant, personId, mostIdentities)
      return { suggestions: found.map(likenessJson) }
    },
  }

  /** To the conversation that the address has by itself. */
  function ownAlias(identity: Identity): Alias {
    const { tenant, channel, account, address, participantId, changedAt: createdAt } = identity
    const conversationId = conversationOf(identity)
    const place = { tenant, channel, account, address, conversationId, participantId }
    return { ...place, createdAt, linked: false }
  }
}

const theirs = ({ channel, address }: Identity, owner: string): Chat4AllError =>
  new Chat4AllError('C4A_CONFLICT', {
    what: `'${address}' on ${channel} is somebody else's`,
    why: `it is linked to person '${owner}', and people are not merged unasked`,
    todo: 'Unlink it there first, if they are the same person',
  })

const notTheirs = (personId: string, participantId: string): Chat4AllError =>
  new Chat4AllError('C4A_NOT_FOUND', {
    what: `Person '${personId}' has no identity '${participantId}'`,
    why: 'it was unlinked, or never theirs',
    todo: 'See GET /v1/people/{personId}',
  })

const isTheFirst = (personId: string, participantId: string): Chat4AllError =>
  new Chat4AllError('C4A_UNPROCESSABLE', {
    what: `Identity '${participantId}' is the first of person '${personId}'`,
    why: 'the conversation of the others is its own, and its id never changes',
    todo: 'Unlink the others first',
  })

const tooMany = (personId: string): Chat4AllError =>
  new Chat4AllError('C4A_UNPROCESSABLE', {
    what: `Person '${personId}' has ${mostIdentities} identities`,
    why: 'no more are kept for one',
    todo: 'Unlink one first',
  })
