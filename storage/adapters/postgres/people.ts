import type { Identity, Participant, Person } from '../../../schemas/types.ts'
import { parseCursor } from '../../ports/cursor.ts'
import type { Likeness, People, PersonView } from '../../ports/people.ts'
import type { Sql } from '../../ports/sql.ts'
import { arrayLiteral } from './array-literal.ts'
import { insertRows } from './insert-rows.ts'

/** People in PostgreSQL (migration 0012), whichever `sql` speaks to. */
export function postgresPeople(sql: Sql): People {
  async function withIdentities(people: readonly Person[]): Promise<readonly PersonView[]> {
    if (people.length === 0) return []
    const found = await sql.query<Identity>(identitiesOfPeople, [
      arrayLiteral(people, ({ tenant }) => tenant),
      arrayLiteral(people, ({ personId }) => personId),
    ])
    const byPerson = Map.groupBy(found, ({ personId }) => personId)
    return people.map((person) => ({ person, identities: byPerson.get(person.personId) ?? [] }))
  }

  return {
    async person(tenant, personId) {
      const [found] = await withIdentities(await sql.query<Person>(onePerson, [tenant, personId]))
      return found
    },
    async list(tenant, { limit, before }) {
      const end = before === undefined ? endOfTime : parseCursor(before)
      return withIdentities(await sql.query<Person>(page, [tenant, end.at, end.id, limit]))
    },
    async identities(refs) {
      if (refs.length === 0) return []
      const found = await sql.query<Identity>(identitiesByRef, [
        arrayLiteral(refs, ({ tenant }) => tenant),
        arrayLiteral(refs, ({ participantId }) => participantId),
      ])
      const byId = new Map(found.map((each) => [`${each.tenant}\0${each.participantId}`, each]))
      return refs.map(({ tenant, participantId }) => byId.get(`${tenant}\0${participantId}`))
    },
    async alike(tenant, personId, limit) {
      const rows = await sql.query<AlikeRow>(alike, [tenant, personId, limit])
      return rows.map(
        ({ participant, why }): Likeness => ({
          participant: { ...participant, joinedAt: null },
          why,
        }),
      )
    },
    async applyPeople(people) {
      if (people.length === 0) return
      await sql.batch([writePeople(latest(people, ({ personId }) => personId))])
    },
    async applyIdentities(identities) {
      if (identities.length === 0) return
      await sql.batch([writeIdentities(latest(identities, ({ participantId }) => participantId))])
    },
  }
}

const personColumns = `p.tenant, p.person_id as "personId", p.display_name as "displayName",
  p.conversation_id as "conversationId", p.created_at as "createdAt", p.created_by as "createdBy"`

const identityColumns = `i.tenant, i.participant_id as "participantId", i.channel, i.account, i.address,
  i.person_id as "personId", i.changed_at as "changedAt", i.changed_by as "changedBy"`

const onePerson = `select ${personColumns} from person p where p.tenant = $1 and p.person_id = $2`

const page = `
  select ${personColumns} from person p
  where p.tenant = $1 and (p.created_at, p.person_id) < ($2::bigint, $3::text)
  order by p.created_at desc, p.person_id desc
  limit $4`

const identitiesOfPeople = `
  select ${identityColumns}
  from unnest($1::text[], $2::text[]) r(tenant, person_id)
  join identity i using (tenant, person_id)
  order by i.changed_at, i.participant_id`

const identitiesByRef = `
  select ${identityColumns}
  from unnest($1::text[], $2::text[]) r(tenant, participant_id)
  join identity i using (tenant, participant_id)`

const alike = `
  with names as (
    select display_name as name from person where tenant = $1 and person_id = $2
    union
    select c.participants->0->>'displayName' from person p
    join conversation c using (tenant, conversation_id)
    where p.tenant = $1 and p.person_id = $2
  ), guesses as (
    select c.participants->0 as participant, 'same-number' as why
    from identity i
    join conversation c on phone_key(c.participants->0->>'address') = phone_key(i.address)
    where i.tenant = $1 and i.person_id = $2 and c.kind = 'direct' and c.tenant = $1
    union all
    select c.participants->0, 'same-name'
    from names
    join conversation c on lower(c.participants->0->>'displayName') = lower(names.name)
    where c.kind = 'direct' and c.tenant = $1
  )
  select participant, max(why) as why from guesses
  where not exists (
    select from identity i
    where i.tenant = $1 and i.participant_id = participant->>'participantId'
      and i.person_id is not null)
  group by participant
  order by max(why) desc, participant->>'participantId'
  limit $3`

interface AlikeRow {
  readonly participant: Participant
  readonly why: Likeness['why']
}

const endOfTime = { at: Number.MAX_SAFE_INTEGER, id: '' }

const writePeople = insertRows<Person>(
  'person',
  {
    tenant: ['text', ({ tenant }) => tenant],
    person_id: ['text', ({ personId }) => personId],
    display_name: ['text', ({ displayName }) => displayName],
    conversation_id: ['text', ({ conversationId }) => conversationId],
    created_at: ['bigint', ({ createdAt }) => createdAt],
    created_by: ['text', ({ createdBy }) => createdBy],
  },
  `on conflict (person_id, tenant) do update set
    display_name = excluded.display_name, conversation_id = excluded.conversation_id,
    created_at = excluded.created_at, created_by = excluded.created_by`,
)

const writeIdentities = insertRows<Identity>(
  'identity',
  {
    tenant: ['text', ({ tenant }) => tenant],
    participant_id: ['text', ({ participantId }) => participantId],
    channel: ['text', ({ channel }) => channel],
    account: ['text', ({ account }) => account],
    address: ['text', ({ address }) => address],
    person_id: ['text', ({ personId }) => personId],
    changed_at: ['bigint', ({ changedAt }) => changedAt],
    changed_by: ['text', ({ changedBy }) => changedBy],
  },
  `on conflict (participant_id, tenant) do update set
    channel = excluded.channel, account = excluded.account, address = excluded.address,
    person_id = excluded.person_id, changed_at = excluded.changed_at,
    changed_by = excluded.changed_by`,
)

/** No statement may touch a row twice; ids of two tenants are never equal, but who knows. */
function latest<Row extends { readonly tenant: string }>(
  rows: readonly Row[],
  idOf: (row: Row) => string,
): readonly Row[] {
  return [...new Map(rows.map((row) => [`${row.tenant}\0${idOf(row)}`, row])).values()]
}
