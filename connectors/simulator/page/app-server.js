// The server behind the app, which the simulator plays: it has the key of the client and knows its conversations.

export const people = async () => (await asked('GET', 'people')).people

/** Throws an Error with `isFinal` where asking again would not help. */
export async function enter(address) {
  const { token, participantId, hub } = await asked('POST', 'enter', { address })
  return { token, participantId, socketUrl: `${hub.replace(/^http/, 'ws')}/v1/in-app/socket`, hub }
}

/** `position`: of something that the answer is to include. */
export async function conversations(participantId, position) {
  const query = new URLSearchParams({ as: participantId, ...(position && { position }) })
  return (await asked('GET', `conversations?${query}`)).conversations
}

export const startGroup = (address) => asked('POST', 'group', { address })

/** What became of what they wrote: `told` gets the event and the place behind it. Returns how to stop. */
export function follow(participantId, after, told) {
  let place = after
  let stream = null
  let timer = null
  open()

  function open() {
    const query = `as=${encodeURIComponent(participantId)}&after=${encodeURIComponent(place)}`
    stream = new EventSource(`/simulator/app/events?${query}`)
    stream.addEventListener('message', ({ data, lastEventId }) => {
      place = lastEventId
      told(JSON.parse(data), place)
    })
    stream.addEventListener('error', () => {
      if (stream.readyState !== EventSource.CLOSED) return
      // The place may be older than what is kept; statuses from now on are better than none.
      place = 'now'
      timer = setTimeout(open, 2_000)
    })
  }

  return () => {
    clearTimeout(timer)
    stream.close()
  }
}

async function asked(method, path, given) {
  const headers = { 'content-type': 'application/json' }
  const body = given && JSON.stringify(given)
  const answer = await fetch(`/simulator/app/${path}`, { method, headers, body }).catch(() => {
    throw new Error('The simulator does not answer')
  })
  const json = await answer.json().catch(() => ({}))
  if (answer.ok) return json
  const error = new Error(json.detail ?? `The simulator answers ${answer.status}`)
  error.isFinal = answer.status >= 400 && answer.status < 500
  throw error
}
