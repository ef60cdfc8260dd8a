import type { TopicPartition } from '../../../contract/record.ts'
import { assignSlots } from '../../embedded/assign-slots.ts'
import type { Claims } from './claims.ts'

/**
 * Who gets what in the coming generation. A slot (partition p of every topic) belongs to one member; members keep
 * what they own as far as the shares stay even.
 *
 * A partition that must move from one member to another is given to nobody at first: its owner sees that it is no
 * longer given it, lets go of it, and joins again without claiming it; only then the other gets it. So nobody has
 * it before its former owner has finished, and what stays is not disturbed (the idea of KIP-429).
 */
export function assign(
  members: readonly Claims[],
  partitionsOf: (topic: string) => number,
): Map<string, TopicPartition[]> {
  // By name, so that every leader decides alike.
  const all = [...members].sort((a, b) => (a.memberId < b.memberId ? -1 : 1))
  const topics = [...new Set(all.flatMap((member) => member.topics))].sort((a, b) =>
    a < b ? -1 : 1,
  )
  const slots = Math.max(0, ...topics.map(partitionsOf))
  const owners = claimantsOf(all)
  const former = Array.from({ length: slots }, (_, slot) => formerOwner(owners, topics, slot))
  const wanted = assignSlots(former, all)
  const given = new Map(all.map((member) => [member.memberId, [] as TopicPartition[]]))
  for (const topic of topics) {
    const able = all.filter((member) => member.topics.includes(topic))
    for (let partition = 0; partition < partitionsOf(topic); partition++) {
      const member = wanted[partition]
      // Members of one group may read different topics while a new version is rolled out.
      const next = member?.topics.includes(topic) ? member : able[partition % able.length]
      const claimants = owners.get(nameOf({ topic, partition })) ?? []
      if (next && claimants.every((each) => each === next))
        given.get(next.memberId)?.push({ topic, partition })
    }
  }
  return given
}

/** Two claim one partition only when one of them does not know yet that it lost it: then nobody gets it at first. */
function claimantsOf(members: readonly Claims[]): Map<string, Claims[]> {
  const claimants = new Map<string, Claims[]>()
  for (const member of members) {
    for (const at of member.owned) {
      const name = nameOf(at)
      claimants.set(name, [...(claimants.get(name) ?? []), member])
    }
  }
  return claimants
}

function formerOwner(
  claimants: ReadonlyMap<string, readonly Claims[]>,
  topics: readonly string[],
  slot: number,
): Claims | null {
  for (const topic of topics) {
    const [owner] = claimants.get(nameOf({ topic, partition: slot })) ?? []
    if (owner) return owner
  }
  return null
}

function nameOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`
}
