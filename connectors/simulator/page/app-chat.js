// One person's chat: brings together their socket, what is kept of it, and what the page shows.

import { hubSocket } from './app-hub.js'
import {
  answered,
  nowhere,
  openKept,
  seenIn,
  statusOf,
  takeEvent,
  takeItem,
  write,
} from './app-kept.js'
import { presenceOf } from './app-presence.js'
import { roomsOf } from './app-rooms.js'
import { follow, startGroup } from './app-server.js'
import { sideOf } from './app-side.js'
import { bubbleOf, nameOf } from './app-talk.js'
import { element, summary } from './bubble.js'

const find = (selector) => document.querySelector(selector)
const hints = ['here', 'away', 'typing']

/** `first`: who they are, with a token; `again` gets another. Both as of app-server.js. */
export function chat({ address, first, again }) {
  const { participantId, hub } = first
  const kept = openKept(address)
  const presence = presenceOf()
  const rooms = roomsOf(participantId, kept, () => show())
  const side = sideOf({
    choose,
    async startGroup() {
      await rooms.loadWith(await startGroup(address))
      choose(rooms.home())
    },
  })
  let open = null
  let watched = null
  let replyTo
  let entry = first

  const socket = hubSocket({
    kept,
    hear,
    state,
    enter() {
      const now = entry
      entry = null
      return now ?? again()
    },
  })
  const stopFollowing = follow(participantId, kept.events, (event, place) => {
    kept.events = place
    const isAboutRooms = event.type.startsWith('conversation.')
    if (!isAboutRooms) takeEvent(kept, event)
    // What they wrote before there was a conversation has found its own: they stay with it.
    if (open === nowhere && !kept.talks[nowhere] && kept.talks[event.conversationId]) {
      open = event.conversationId
    }
    kept.save()
    if (isAboutRooms || !rooms.has(event.conversationId)) void rooms.load()
    show()
  })
  const sweep = setInterval(() => presence.show(open, rooms.othersOf(open)), 1_000)
  wire()
  show()

  function state(name, why) {
    const words = { connecting: 'connecting…', live: 'connected', over: why }
    const link = find('#link')
    link.className = `link ${name === 'live' ? 'up' : name === 'connecting' ? '' : 'down'}`
    const away = navigator.onLine ? why : 'You are offline'
    link.textContent = words[name] ?? `${away}: what you write waits`
    if (name !== 'live') return
    watched = null
    void rooms.load()
  }

  function hear(frame) {
    const { type, conversationId } = frame
    if (hints.includes(type)) {
      presence.hear(frame)
      presence.show(open, rooms.othersOf(open))
      return
    }
    if (frame.cursor !== undefined) kept.cursor = frame.cursor
    if (type === 'item') {
      takeItem(kept, frame)
      socket.say({ type: 'delivered', ids: [frame.id] })
      presence.wrote(conversationId, frame.from)
      if (!rooms.has(conversationId)) void rooms.load()
    }
    if (frame.id !== undefined && type !== 'item') answered(kept, frame)
    kept.save()
    if (frame.id !== undefined) show()
  }

  function choose(id) {
    open = id
    quote(null)
    find('#chat').classList.add('opened')
    show(true)
    find('#answer').elements.text.focus({ preventScroll: true })
  }

  /** `isOther`: another conversation than before. */
  function show(isOther = false) {
    const ids = rooms.ids()
    const isGone = !ids.includes(open)
    if (isGone) open = ids.includes(rooms.home()) ? rooms.home() : ids[0]
    if (document.visibilityState === 'visible') {
      seenIn(kept, open, (some) => socket.say({ type: 'read', ids: some }))
    }
    side.show(ids.map(rowOf), myName())
    showTalk(isOther || isGone)
    presence.show(open, rooms.othersOf(open))
    if (open === watched || !rooms.has(open)) return
    if (watched !== null) socket.say({ type: 'unwatch', conversationId: watched })
    watched = socket.say({ type: 'watch', conversationId: open }) ? open : null
  }

  function rowOf(id) {
    const { messages, unread } = kept.talks[id] ?? { messages: [], unread: 0 }
    const last = messages.at(-1)
    const who = last?.own ? 'You' : nameOf(rooms.membersOf(id), last?.from ?? null, last?.fromName)
    const what = last?.isDeleted ? 'taken back' : last && summary(last.content)
    return {
      id,
      title: rooms.titleOf(id),
      kind: rooms.kindOf(id),
      last: last ? `${who}: ${what}` : 'Nothing yet',
      atMs: last?.atMs ?? rooms.createdAtMs(id),
      unread,
      isOpen: id === open,
    }
  }

  function myName() {
    const me = rooms.ids().flatMap(rooms.membersOf)
    const named = me.find((each) => each.participantId === participantId && each.displayName)
    return named?.displayName ?? address
  }

  function showTalk(isOther) {
    find('#title').textContent = rooms.titleOf(open)
    const list = find('#talk')
    const atEnd = isOther || list.scrollHeight - list.scrollTop - list.clientHeight < 80
    const before = new Set([...list.children].map(({ dataset }) => dataset.key))
    const items = itemsOf(kept.talks[open]?.messages ?? [])
    for (const each of isOther ? [] : items) {
      if (each.dataset.key && !before.has(each.dataset.key)) each.classList.add('fresh')
    }
    list.replaceChildren(...items)
    if (atEnd) list.scrollTop = list.scrollHeight
  }

  function itemsOf(messages) {
    let day
    let from
    return messages.flatMap((message) => {
      const date = dayOf(message.atMs)
      const mark = date === day ? [] : [element('li', 'day', date)]
      const isFirst = date !== day || from !== message.from
      day = date
      from = message.from
      const bubble = bubbleOf(message, {
        members: rooms.membersOf(open),
        hub,
        isFirst,
        status: message.own ? statusOf(message, rooms.othersOf(open)) : null,
        quoted: (key) => messages.find((each) => each.key === key),
        reply: quote,
        react: (about, emoji) => say({ type: 'reaction', emoji }, about.key),
        choose: (choice) => say({ type: 'choice', ...choice }, message.key),
      })
      return [...mark, bubble]
    })
  }

  function say(content, about) {
    write(kept, open, content, about)
    kept.save()
    socket.flush()
    show()
  }

  function quote(message) {
    replyTo = message?.key
    find('#quoted').hidden = message === null
    find('#quoted span').textContent = message ? summary(message.content) : ''
    if (message) find('#answer').elements.text.focus()
  }

  function wire() {
    // A list that scrolls can be reached and scrolled by keyboard.
    find('#talk').tabIndex = 0
    const form = find('#answer')
    const { text } = form.elements
    form.addEventListener('submit', (event) => {
      event.preventDefault()
      if (text.value.trim() === '') return
      say({ type: 'text', text: text.value }, replyTo)
      text.value = ''
      quote(null)
      find('#talk').scrollTop = find('#talk').scrollHeight
    })
    text.addEventListener('input', () => {
      if (watched !== null) socket.say({ type: 'typing', conversationId: watched })
    })
    text.addEventListener('keydown', ({ key }) => key === 'Escape' && quote(null))
    const place = { latitude: -16.6033, longitude: -49.2653, name: 'Instituto de Informática, UFG' }
    find('#place').addEventListener('click', () => say({ type: 'location', ...place }))
    find('#quoted button').addEventListener('click', () => quote(null))
    find('#back').addEventListener('click', () => find('#chat').classList.remove('opened'))
    document.addEventListener('visibilitychange', () => show())
    find('#leave').addEventListener('click', () => {
      socket.leave()
      stopFollowing()
      clearInterval(sweep)
      // Whoever comes next in this tab begins with an empty page.
      location.assign('/app')
    })
  }
}

function dayOf(atMs) {
  const long = { day: 'numeric', month: 'long', year: 'numeric' }
  return new Date(atMs).toLocaleDateString([], long)
}
