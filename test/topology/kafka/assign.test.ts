import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { assign } from '../../../topology/adapters/kafka/consuming/assign.ts'
import {
  type Claims,
  readAssignment,
  readClaims,
  writeAssignment,
  writeClaims,
} from '../../../topology/adapters/kafka/consuming/claims.ts'
import type { TopicPartition } from '../../../topology/contract/record.ts'
import { seededRandom } from '../../random.ts'

const counts: Readonly<Record<string, number>> = { main: 12, park: 12, small: 5 }
const partitionsOf = (topic: string) => counts[topic] ?? 0
const nameOf = ({ topic, partition }: TopicPartition) => `${topic}/${partition}`

/** A group as its members see it: a rebalance, then each lets go of what it was not given. */
class Group {
  readonly owned = new Map<string, Set<string>>()
  readonly topics = ['main', 'park', 'small']

  /** One generation. True when somebody let something go, and so joins again. */
  rebalance(): boolean {
    const members = [...this.owned].map(([memberId, owned]) => this.#claims(memberId, owned))
    const given = assign(members, partitionsOf)
    let released = false
    for (const [memberId, partitions] of given) {
      const names = new Set(partitions.map(nameOf))
      const before = this.owned.get(memberId) ?? new Set()
      released ||= [...before].some((name) => !names.has(name))
      this.owned.set(memberId, names)
    }
    const all = [...this.owned.values()].flatMap((names) => [...names])
    assert.equal(new Set(all).size, all.length, 'nobody gets what another still has')
    return released
  }

  settle(): void {
    for (let round = 0; this.rebalance(); round++) assert.ok(round < 3, 'it comes to rest')
  }

  shares(): number[] {
    return [...this.owned.values()].map((names) => names.size)
  }

  #claims(memberId: string, owned: ReadonlySet<string>): Claims {
    const partitions = [...owned].map((name) => {
      const [topic = '', partition] = name.split('/')
      return { topic, partition: Number(partition) }
    })
    // As it goes over the wire.
    return readClaims(memberId, writeClaims({ topics: this.topics, owned: partitions }))
  }
}

describe('the sharing of partitions', () => {
  test('gives one member all, and partition p of every topic to the same one', () => {
    const group = new Group()
    for (const memberId of ['a', 'b', 'c', 'd', 'e']) {
      group.owned.set(memberId, new Set())
      group.settle()
      for (const names of group.owned.values()) {
        for (const name of names) {
          const slot = Number(name.split('/')[1])
          for (const topic of group.topics) {
            if (slot < partitionsOf(topic)) assert.ok(names.has(`${topic}/${slot}`))
          }
        }
      }
    }
  })

  test('gives a partition that must move to nobody until its owner has let it go', () => {
    const main = (...partitions: number[]) =>
      partitions.map((partition) => ({ topic: 'small', partition }))
    const a = { memberId: 'a', topics: ['small'], owned: main(0, 1, 2, 3, 4) }
    const b = { memberId: 'b', topics: ['small'], owned: [] }
    const first = assign([a, b], partitionsOf)
    assert.deepEqual(first.get('a')?.map(nameOf), ['small/0', 'small/1', 'small/2'])
    assert.deepEqual(first.get('b'), [])
    const second = assign([{ ...a, owned: main(0, 1, 2) }, b], partitionsOf)
    assert.deepEqual(second.get('a')?.map(nameOf), ['small/0', 'small/1', 'small/2'])
    assert.deepEqual(second.get('b')?.map(nameOf), ['small/3', 'small/4'])
  })

  test('gives what two claim to neither', () => {
    const owned = [{ topic: 'small', partition: 0 }]
    const two = ['a', 'b'].map((memberId) => ({ memberId, topics: ['small'], owned }))
    const given = [...assign(two, partitionsOf).values()].flat().map(nameOf)
    assert.deepEqual(given.sort(), ['small/1', 'small/2', 'small/3', 'small/4'])
  })

  test('gives a topic only to those who read it', () => {
    const old = { memberId: 'old', topics: ['main'], owned: [] }
    const young = { memberId: 'young', topics: ['main', 'small'], owned: [] }
    const given = assign([old, young], partitionsOf)
    assert.ok(given.get('old')?.every(({ topic }) => topic === 'main'))
    assert.equal(given.get('young')?.filter(({ topic }) => topic === 'small').length, 5)
  })

  test('stays even and moves no more than it must, while members come, go and die', () => {
    const random = seededRandom(7)
    for (let story = 0; story < 60; story++) {
      const group = new Group()
      let born = 0
      for (let step = 0; step < 25; step++) {
        const members = [...group.owned.keys()]
        const [first] = members
        if (!first || random.chance(0.55)) group.owned.set(`m${born++}`, new Set())
        // One that dies or leaves is simply not there any more.
        else group.owned.delete(random.pick([first, ...members]))
        // The next change may come before the last one is over.
        if (random.chance(0.3)) group.rebalance()
        else group.settle()
      }
      if (group.owned.size === 0) continue
      group.settle()
      const before = structuredClone(group.owned)
      const total = group.shares().reduce((sum, share) => sum + share, 0)
      assert.equal(total, 29, 'everything is somebody’s')
      const slots = [...group.owned.values()].map(
        (names) => [...names].filter((name) => name.startsWith('main/')).length,
      )
      assert.ok(Math.max(...slots) - Math.min(...slots) <= 1, `${slots} are even shares`)
      group.settle()
      assert.deepEqual(group.owned, before, 'without a change nothing moves')
    }
  })
})

describe('what members tell each other', () => {
  test('comes back as it was said', () => {
    const owned = [
      { topic: 'a.b-c', partition: 0 },
      { topic: 'a.b-c', partition: 119 },
      { topic: 'd', partition: 7 },
    ]
    const claims = readClaims('m', writeClaims({ topics: ['a.b-c', 'd'], owned }))
    assert.deepEqual(claims, { memberId: 'm', topics: ['a.b-c', 'd'], owned })
    assert.deepEqual(readAssignment(writeAssignment(owned)), owned)
  })

  test('is nothing where another client says nothing', () => {
    assert.deepEqual(readAssignment(Buffer.alloc(0)), [])
    const silent = Buffer.from([0, 1, 0, 0, 0, 0, 0, 0, 0, 0])
    assert.deepEqual(readClaims('m', silent), { memberId: 'm', topics: [], owned: [] })
  })
})
