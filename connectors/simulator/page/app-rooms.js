// The conversations of one person, as the client's server knows them and as their socket has told.

import { nowhere, talkOf } from './app-kept.js'
import { conversations } from './app-server.js'
import { nameOf } from './app-talk.js'

/** `changed` is called when something else is known. */
export function roomsOf(participantId, kept, changed) {
  const known = new Map()
  let loading = null
  let isStale = false

  const membersOf = (id) => known.get(id)?.participants ?? []
  const othersOf = (id) => membersOf(id).filter((each) => each.participantId !== participantId)
  const direct = () => [...known.values()].find(({ kind }) => kind === 'direct')

  /** What was written before there was a conversation is in the direct one, or where the feed says. */
  function settle() {
    const homeless = kept.talks[nowhere]
    const id = direct()?.conversationId
    if (!homeless || id === undefined) return
    talkOf(kept, id).messages.push(...homeless.messages)
    delete kept.talks[nowhere]
  }

  async function ask(position) {
    try {
      const all = await conversations(participantId, position)
      known.clear()
      for (const each of all) known.set(each.conversationId, each)
      settle()
    } catch {
      // While the server is away they go by what has come.
    }
    loading = null
    changed()
    if (!isStale) return
    isStale = false
    loading = ask()
  }

  function joinedAt({ participants, createdAt }) {
    const me = participants.find((each) => each.participantId === participantId)
    return Date.parse(me?.joinedAt ?? createdAt)
  }

  return {
    membersOf,
    othersOf,
    has: (id) => known.has(id),
    /** Asked while an answer is on its way, which may be older than what made us ask: once more after it. */
    load() {
      if (loading === null) loading = ask()
      else isStale = true
      return loading
    },
    /** With what was done just now, whose place in the log is `position`. */
    async loadWith({ position }) {
      while (loading !== null) await loading
      loading = ask(position)
      return loading
    },
    ids() {
      const all = new Set([...known.keys(), ...Object.keys(kept.talks)])
      return all.size > 0 ? [...all] : [nowhere]
    },
    kindOf: (id) => known.get(id)?.kind ?? 'direct',
    createdAtMs: (id) => Date.parse(known.get(id)?.createdAt ?? 0),
    titleOf(id) {
      const { title, kind } = known.get(id) ?? {}
      if (title) return title
      if (kind !== 'group') return 'The team'
      return othersOf(id)
        .map((each) => nameOf([each], each.participantId))
        .join(', ')
    },
    /** What is shown first: the group that they joined last, or else what they say to the client alone. */
    home() {
      const groups = [...known.values()].filter(({ kind }) => kind === 'group')
      const [last] = groups.toSorted((a, b) => joinedAt(b) - joinedAt(a))
      return (last ?? direct())?.conversationId ?? nowhere
    },
  }
}
