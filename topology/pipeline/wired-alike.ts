import { entryOf, type SourceEntry, type SourceMap, type SourceNode } from './source.ts'

/**
 * The file with the wiring of every channel that is `like` another: one line then makes a channel, and checks, graph
 * and engine see the topics and stages as if they had been written out.
 */
export function wiredAlike(root: SourceNode): SourceNode {
  if (root.kind !== 'map') return root
  const channels = entryOf(root, 'channels')?.value
  let wired: SourceMap = root
  for (const { key: name, value: channel } of channels?.kind === 'map' ? channels.entries : []) {
    const like = channel.kind === 'map' ? entryOf(channel, 'like')?.value : undefined
    if (like?.kind !== 'scalar' || typeof like.value !== 'string' || like.value === name) continue
    const former = like.value
    wired = {
      ...wired,
      entries: wired.entries.map((entry) =>
        entry.key === 'topics' || entry.key === 'stages'
          ? { ...entry, value: withTwins(entry.value, former, name) }
          : entry,
      ),
    }
  }
  return wired
}

/** Beside everything that is named after the channel, the same named after the other one. */
function withTwins(node: SourceNode, former: string, name: string): SourceNode {
  if (node.kind === 'map') {
    const there = new Set(node.entries.map(({ key }) => key))
    const entries = node.entries.flatMap((entry): SourceEntry[] => {
      const twin = renamed(entry.key, former, name)
      if (twin === undefined) return [{ ...entry, value: withTwins(entry.value, former, name) }]
      if (there.has(twin)) return [entry]
      return [entry, { ...entry, key: twin, value: asTwin(entry.value, former, name) }]
    })
    return { ...node, entries }
  }
  if (node.kind === 'list') {
    const there = new Set(node.items.map((item) => (item.kind === 'scalar' ? item.value : null)))
    const items = node.items.flatMap((item) => {
      const twin = item.kind === 'scalar' ? renamed(item.value, former, name) : undefined
      if (twin === undefined) return [withTwins(item, former, name)]
      return there.has(twin) ? [item] : [item, asTwin(item, former, name)]
    })
    return { ...node, items }
  }
  return node
}

function asTwin(node: SourceNode, former: string, name: string): SourceNode {
  if (node.kind === 'map') {
    const entries = node.entries.map((entry) => ({
      ...entry,
      value: asTwin(entry.value, former, name),
    }))
    return { ...node, entries }
  }
  if (node.kind === 'list') {
    return { ...node, items: node.items.map((item) => asTwin(item, former, name)) }
  }
  const twin = renamed(node.value, former, name)
  return twin === undefined ? node : { ...node, value: twin, text: twin }
}

/** `telegram` and `deliveries.telegram`; undefined for what is not named after the channel. */
function renamed(text: unknown, former: string, name: string): string | undefined {
  if (text === former) return name
  if (typeof text !== 'string' || !text.endsWith(`.${former}`)) return undefined
  return `${text.slice(0, -former.length)}${name}`
}
