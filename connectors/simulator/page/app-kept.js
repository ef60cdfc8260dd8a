// What the page knows of one person, kept as long as the tab is open: the cursor, always beside what was shown up to it.

const mostKept = 300
/** Kinds that are no message. */
const unshown = ['typing', 'read']
const ranks = { sent: 1, delivered: 2, read: 3 }
/** Where what is written goes while no conversation is known yet. */
export const nowhere = ''

export function openKept(address) {
  const name = `chat4all.app.${address}`
  const fresh = { cursor: 'start', events: 'now', outbox: [], talks: {} }
  const kept = { ...fresh, ...JSON.parse(sessionStorage.getItem(name) ?? '{}') }
  let timer = null

  function store() {
    clearTimeout(timer)
    timer = null
    sessionStorage.setItem(name, JSON.stringify(kept))
  }
  window.addEventListener('pagehide', store)

  return Object.assign(kept, {
    /** Soon: hundreds of items may come at once. */
    save() {
      timer ??= setTimeout(store, 50)
    },
  })
}

export function talkOf(kept, conversationId) {
  kept.talks[conversationId] ??= { messages: [], unread: 0, unseen: [] }
  return kept.talks[conversationId]
}

const find = (talk, key) => talk.messages.find((each) => each.key === key)

function add(talk, message) {
  talk.messages.push(message)
  if (talk.messages.length > mostKept) talk.messages.splice(0, talk.messages.length - mostKept)
}

/** An item of the socket: shown once, however often it comes. */
export function takeItem(kept, item) {
  const { id, conversationId, from = null, fromName, replyTo, acceptedAt, content } = item
  const talk = talkOf(kept, conversationId)
  if (find(talk, id)) return
  talk.unseen.push(id)
  if (changed(talk, replyTo, content, from) || unshown.includes(content.type)) return
  talk.unread++
  const atMs = Date.parse(acceptedAt)
  add(talk, { key: id, own: false, from, fromName, atMs, content, replyTo })
}

/** What is in an open conversation is read, once `say` has told the hub. */
export function seenIn(kept, conversationId, say) {
  const talk = kept.talks[conversationId]
  if (!talk) return
  talk.unread = 0
  while (talk.unseen.length > 0 && say(talk.unseen.slice(0, 100))) talk.unseen.splice(0, 100)
  kept.save()
}

/** What the person says: waits until the hub has it. */
export function write(kept, conversationId, content, replyTo) {
  const id = newId()
  kept.outbox.push({ id, content, replyTo, ...(conversationId !== nowhere && { conversationId }) })
  const talk = talkOf(kept, conversationId)
  if (changed(talk, replyTo, content, 'me')) return
  const about = { from: 'me', atMs: Date.now(), content, replyTo, state: 'waiting', receipts: {} }
  add(talk, { key: id, own: true, ...about })
}

/** A reaction, an edit or a removal changes what it is about. */
function changed(talk, replyTo, content, who) {
  const target = replyTo && find(talk, replyTo)
  if (!target) return false
  if (content.type === 'reaction') {
    target.reactions ??= {}
    if (content.emoji === '') delete target.reactions[who]
    else target.reactions[who] = content.emoji
    return true
  }
  if (content.type === 'edit') {
    target.content = { ...target.content, text: content.text }
    target.isEdited = true
    return true
  }
  if (content.type === 'delete') target.isDeleted = true
  return content.type === 'delete'
}

/** The hub's answer to what was said. */
export function answered(kept, { type, id, detail, retryable }) {
  if (type === 'failed' && retryable) return
  kept.outbox = kept.outbox.filter((each) => each.id !== id)
  const own = ownOf(kept, id)
  if (!own) return
  own.message.state = type
  if (type === 'failed') own.message.detail = detail
}

/** An event of the client's feed about something that they wrote. */
export function takeEvent(kept, event) {
  const { type, messageId, conversationId, participantId, status, detail } = event
  const own = ownOf(kept, messageId.slice(messageId.lastIndexOf('.') + 1))
  if (!own) return
  const { message, talk } = own
  if (type === 'message.received') {
    message.isReceived = true
    if (own.conversationId !== conversationId) {
      talk.messages.splice(talk.messages.indexOf(message), 1)
      add(talkOf(kept, conversationId), message)
      if (own.conversationId === nowhere && talk.messages.length === 0) delete kept.talks[nowhere]
    }
  } else if (type === 'message.rejected') Object.assign(message, { state: 'failed', detail })
  else if (type === 'delivery.failed') message.receipts[participantId] = 'failed'
  else if ((ranks[status] ?? 0) > (ranks[message.receipts[participantId]] ?? 0)) {
    message.receipts[participantId] = status
  }
}

function ownOf(kept, key) {
  for (const [conversationId, talk] of Object.entries(kept.talks)) {
    const message = find(talk, key)
    if (message?.own) return { message, talk, conversationId }
  }
  return undefined
}

/** How far it has come with all of them: the least, as the hub tells it. */
export function statusOf({ state, receipts, isReceived }, others) {
  if (state !== 'accepted') return state
  if (others.length === 0) return isReceived ? 'delivered' : 'accepted'
  const least = Math.min(...others.map(({ participantId }) => ranks[receipts[participantId]] ?? 0))
  return Object.keys(ranks).find((name) => ranks[name] === least) ?? 'accepted'
}

/** No dot: the hub's id of it ends in ours, behind one. */
const newId = () =>
  [...crypto.getRandomValues(new Uint8Array(12))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
