/**
 * Shares slots (partition numbers) among members: as evenly as can be, and every member keeps what it has
 * unless another would go short. Same input, same answer.
 */
export function assignSlots<Member>(
  previous: readonly (Member | null)[],
  members: readonly Member[],
): (Member | null)[] {
  if (members.length === 0) return previous.map(() => null)
  const quota = Math.floor(previous.length / members.length)
  let extras = previous.length % members.length
  const counts = new Map<Member, number>(members.map((member) => [member, 0]))

  const take = (member: Member): boolean => {
    const count = counts.get(member)
    if (count === undefined || count > quota) return false
    if (count === quota) {
      if (extras === 0) return false
      extras -= 1
    }
    counts.set(member, count + 1)
    return true
  }

  const kept = previous.map((member) => (member !== null && take(member) ? member : null))
  let turn = 0
  return kept.map((member) => {
    if (member !== null) return member
    for (let tried = 0; tried < members.length; tried++) {
      const candidate = members[turn++ % members.length]
      if (candidate !== undefined && take(candidate)) return candidate
    }
    return null
  })
}
