// One person's socket to the hub: comes again from the cursor whatever happens, and says what waits in its order.

const soonestMs = 400
const latestMs = 15_000
/** The hub's words for how a socket ended: docs/in-app.md. */
const ended = { token: 4001, cursor: 4010 }

/**
 * `enter` gets a token and where to go with it; `kept` has the cursor and what waits to be said; `hear` gets each frame;
 * `state` is told how the link is: connecting, live, away or over.
 */
export function hubSocket({ enter, kept, hear, state }) {
  let socket = null
  let entry = null
  let isReady = false
  let attempts = 0
  let timer = null
  let isLeft = false
  /** Ids that this connection has said and that are not answered. */
  const asked = new Set()
  let again = null

  async function connect() {
    clearTimeout(timer)
    timer = null
    if (isLeft || socket) return
    state('connecting')
    try {
      entry ??= await enter()
    } catch (error) {
      return error.isFinal ? over(error.message) : retry(error.message)
    }
    if (isLeft || socket) return
    const after = encodeURIComponent(kept.cursor)
    const offers = ['chat4all.v1', `bearer.${entry.token}`]
    socket = new WebSocket(`${entry.socketUrl}?after=${after}`, offers)
    socket.addEventListener('message', ({ data }) => read(JSON.parse(data)))
    socket.addEventListener('close', ({ code }) => closed(code))
  }

  function read(frame) {
    if (frame.type === 'ready') {
      isReady = true
      attempts = 0
      state('live')
    }
    if (frame.type === 'accepted') asked.delete(frame.id)
    if (frame.type === 'failed' && asked.delete(frame.id) && frame.retryable) {
      // What waited behind it has failed as well: all of it is said again, in order.
      again ??= setTimeout(() => {
        again = null
        flush()
      }, 1_000)
    }
    hear(frame)
    if (frame.type === 'ready') flush()
  }

  function closed(code) {
    const wasReady = isReady
    socket = null
    isReady = false
    asked.clear()
    if (isLeft) return
    if (code === ended.cursor) kept.cursor = 'start'
    // A browser does not say why a socket was refused: the token may have ended.
    if (code === ended.token || !wasReady) entry = null
    retry('The hub does not answer')
  }

  function retry(why) {
    const waitMs = Math.min(latestMs, soonestMs * 2 ** attempts++) * (0.5 + Math.random() / 2)
    state('away', why)
    timer ??= setTimeout(connect, waitMs)
  }

  function over(why) {
    state('over', why)
  }

  /** Says what waits. */
  function flush() {
    if (!isReady || again !== null) return
    for (const { id, replyTo, conversationId, content } of kept.outbox) {
      if (asked.has(id)) continue
      asked.add(id)
      say({ type: 'send', id, replyTo, conversationId, content })
    }
  }

  /** For what may be lost: false where nobody hears it. */
  function say(frame) {
    if (!isReady) return false
    socket.send(JSON.stringify(frame))
    return true
  }

  const online = () => {
    attempts = 0
    void connect()
  }
  // A network that is gone closes nothing by itself.
  const offline = () => socket?.close()
  window.addEventListener('online', online)
  window.addEventListener('offline', offline)
  void connect()

  return {
    say,
    flush,
    leave() {
      isLeft = true
      clearTimeout(timer)
      clearTimeout(again)
      window.removeEventListener('online', online)
      window.removeEventListener('offline', offline)
      socket?.close(1000)
    },
  }
}
