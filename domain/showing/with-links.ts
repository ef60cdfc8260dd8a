import type { EntityType, TextEntity } from '../text-entity.ts'

/**
 * Where the channel shows no links behind words, their addresses are written behind the words, and what comes after
 * moves. A link whose words are its address is shown by every channel.
 */
export function withLinks(
  text: string,
  entities: readonly TextEntity[],
  shown: readonly EntityType[],
): { readonly text: string; readonly entities: readonly TextEntity[] } {
  if (shown.includes('link')) return { text, entities }
  const written = entities
    .flatMap(({ type, offset, length, url }) => {
      const end = offset + length
      const isSaid = url === undefined || text.slice(offset, end) === url
      return type === 'link' && !isSaid ? [{ end, text: ` (${url})` }] : []
    })
    .toSorted((a, b) => a.end - b.end)
  if (written.length === 0)
    return { text, entities: entities.filter(({ type }) => type !== 'link') }

  let spelt = ''
  let from = 0
  for (const each of written) {
    spelt += text.slice(from, each.end) + each.text
    from = each.end
  }
  const movedBefore = (at: number) =>
    written.reduce((sum, each) => (each.end <= at ? sum + each.text.length : sum), 0)
  const moved = entities
    .filter(({ type }) => type !== 'link')
    .map((entity) => {
      const end = entity.offset + entity.length
      const offset = entity.offset + movedBefore(entity.offset)
      // An address at the very end of a run stands outside of it.
      const length = end + movedBefore(end - 1) - offset
      return { ...entity, offset, length }
    })
  return { text: spelt + text.slice(from), entities: moved }
}
