import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import type { Conversation, Identity, Person } from '../../schemas/types.ts'
import type { Directory } from '../../storage/ports/directory.ts'
import type { People } from '../../storage/ports/people.ts'
import { isCode } from '../../topology/contract/errors.ts'
import { noon } from './history-story.ts'

/** What every People owes. The tables may be shared: each case has a tenant of its own. */
export function peopleSuite(
  name: string,
  open: () => Promise<{ readonly people: People; readonly directory: Directory }>,
): void {
  async function fresh() {
    const tenant = `t-${randomUUID()}`
    const { people, directory } = await open()
    const personOf = (n: number, over: Partial<Person> = {}): Person => ({
      tenant,
      personId: `h-${n}`,
      displayName: null,
      conversationId: null,
      createdAt: noon + n,
      createdBy: 'key-1',
      ...over,
    })
    const identityOf = (n: number, over: Partial<Identity> = {}): Identity => ({
      tenant,
      participantId: `p-${n}`,
      channel: 'whatsapp',
      account: 'demo',
      address: `49170000000${n}`,
      personId: 'h-1',
      changedAt: noon + n,
      changedBy: 'key-1',
      ...over,
    })
    const directOf = (n: number, address: string, displayName: string | null): Conversation => ({
      tenant,
      conversationId: `c-${n}`,
      kind: 'direct',
      title: null,
      participants: [
        {
          participantId: `p-${n}`,
          channel: 'telegram',
          account: 'demo',
          address,
          displayName,
          joinedAt: null,
        },
      ],
      createdAt: noon,
      createdBy: 'inbound',
    })
    return { people, directory, tenant, personOf, identityOf, directOf }
  }

  describe(`people: ${name}`, () => {
    test('have the identities that were linked to them, in the order of that', async () => {
      const { people, tenant, personOf, identityOf } = await fresh()
      const ana = personOf(1, { displayName: 'Ana "A" é😀', conversationId: 'c-1' })
      await people.applyPeople([personOf(1), ana, personOf(2)])
      await people.applyIdentities([identityOf(2), identityOf(1), identityOf(3)])
      await people.applyIdentities([
        identityOf(3, { personId: null, changedAt: noon + 9 }),
        identityOf(3, { personId: 'h-2', changedAt: noon + 10 }),
      ])
      assert.deepEqual(await people.person(tenant, 'h-1'), {
        person: ana,
        identities: [identityOf(1), identityOf(2)],
      })
      const [of3, nobody] = await people.identities([
        { tenant, participantId: 'p-3' },
        { tenant, participantId: 'p-9' },
      ])
      assert.equal(of3?.personId, 'h-2')
      assert.equal(nobody, undefined)
      assert.equal(await people.person(tenant, 'h-9'), undefined)
      assert.equal(await people.person(`${tenant}-other`, 'h-1'), undefined)
    })

    test('are listed newest first, page by page, within the tenant', async () => {
      const { people, tenant, personOf, identityOf } = await fresh()
      await people.applyPeople([personOf(1), personOf(2), personOf(3)])
      await people.applyIdentities([identityOf(1)])
      const first = await people.list(tenant, { limit: 2 })
      const last = first.at(-1)?.person
      const rest = await people.list(tenant, {
        limit: 9,
        before: `${last?.createdAt}/${last?.personId}`,
      })
      assert.deepEqual(
        [...first, ...rest].map(({ person, identities }) => [person.personId, identities.length]),
        [
          ['h-3', 0],
          ['h-2', 0],
          ['h-1', 1],
        ],
      )
      await assert.rejects(people.list(tenant, { limit: 1, before: 'x' }), (error) =>
        isCode(error, 'C4A_BAD_REQUEST'),
      )
    })

    test('may be those with their number or name who are linked to nobody', async () => {
      const { people, directory, tenant, personOf, identityOf, directOf } = await fresh()
      await people.applyPeople([personOf(1, { displayName: 'Ana', conversationId: 'c-1' })])
      await people.applyIdentities([
        identityOf(1, { address: '5511999990001' }),
        identityOf(5, { personId: 'h-2', address: '+55 (11) 9999-0001' }),
      ])
      await directory.applyConversations([
        directOf(1, '5511999990001', 'Aninha'),
        directOf(2, '551199990001', null), // Brazil, without the ninth digit
        directOf(3, '777', 'ANA'),
        directOf(4, '778', 'aninha'),
        directOf(5, '551199990001', 'Ana'), // somebody else's already
        directOf(6, '5511999990002', 'Bia'),
        { ...directOf(7, '5511999990001', 'Ana'), kind: 'group' },
        { ...directOf(8, '5511999990001', 'Ana'), tenant: `${tenant}-other` },
      ])
      const found = await people.alike(tenant, 'h-1', 9)
      assert.deepEqual(
        found.map(({ participant, why }) => [participant.participantId, why]),
        [
          ['p-2', 'same-number'],
          ['p-3', 'same-name'],
          ['p-4', 'same-name'],
        ],
      )
      assert.deepEqual(found[0]?.participant, directOf(2, '551199990001', null).participants[0])
      assert.equal((await people.alike(tenant, 'h-1', 1)).length, 1)
      assert.deepEqual(await people.alike(tenant, 'h-9', 9), [])
    })
  })
}
