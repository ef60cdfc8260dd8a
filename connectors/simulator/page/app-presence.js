// Who else is there and who writes: hints that may be lost, so each is good for a time only.

import { channelOf, nameOf } from './app-talk.js'
import { element } from './bubble.js'

const typingMs = 4_000
const hereMs = 90_000
const find = (selector) => document.querySelector(selector)

export function presenceOf() {
  const here = new Map()
  const typing = new Map()
  const is = (map, id, { participantId }) => map.get(`${id} ${participantId}`) > Date.now()

  function itemOf(member, isHere) {
    const item = element('li', isHere ? 'here' : '', nameOf([member], member.participantId))
    const place = channelOf([member], member.participantId) ?? (isHere ? 'here' : 'in the app')
    item.append(element('small', '', place))
    return item
  }

  return {
    hear({ type, conversationId, participantId }) {
      const whose = `${conversationId} ${participantId}`
      if (type === 'away') here.delete(whose)
      else here.set(whose, Date.now() + hereMs)
      if (type === 'typing') typing.set(whose, Date.now() + typingMs)
      else if (type === 'away') typing.delete(whose)
    },
    /** What they were writing has come. */
    wrote: (conversationId, participantId) => typing.delete(`${conversationId} ${participantId}`),
    show(id, others) {
      const members = find('#members')
      const items = others.map((each) => itemOf(each, is(here, id, each)))
      const text = items.map(({ outerHTML }) => outerHTML).join('')
      // What is as before stays, and is not read out again.
      if (members.innerHTML !== text) members.replaceChildren(...items)
      const names = others.filter((each) => is(typing, id, each))
      const who = names.map((each) => nameOf([each], each.participantId)).join(', ')
      const words = who === '' ? '' : `${who} ${names.length > 1 ? 'are' : 'is'} writing…`
      if (find('#typing').textContent !== words) find('#typing').textContent = words
    },
  }
}
