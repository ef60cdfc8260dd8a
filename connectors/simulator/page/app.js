// The page of an app of the client's own: asks who one is, and opens their chat.

import { chat } from './app-chat.js'
import { enter, people } from './app-server.js'
import { colourOf } from './app-talk.js'
import { element } from './bubble.js'

const find = (selector) => document.querySelector(selector)

void start()

async function start() {
  const form = find('#enter')
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void come(form.elements.address.value.trim(), form.elements.token.value.trim())
  })
  // So that a tab is one person from its address on, and still is after it was loaded anew.
  const named = decodeURIComponent(location.hash.slice(1))
  if (named) await come(named, '')
  try {
    const buttons = (await people()).map(({ address, name }) => {
      const button = element('button', 'person', name)
      button.type = 'button'
      button.prepend(element('span', `avatar ${colourOf(address)}`, name.slice(0, 1)))
      button.addEventListener('click', () => void come(address, ''))
      return button
    })
    find('#people').replaceChildren(...buttons)
  } catch (error) {
    trouble(error.message)
  }
}

function trouble(text) {
  find('#trouble').textContent = text
  find('#trouble').hidden = text === ''
}

/** `token`: one that they have already; without one the server is asked for it, now and whenever it has ended. */
async function come(address, token) {
  trouble('')
  try {
    const entry = await enter(address)
    history.replaceState(null, '', `#${encodeURIComponent(address)}`)
    find('#start').hidden = true
    find('#chat').hidden = false
    const given = token === '' ? undefined : { ...entry, token }
    chat({
      address,
      first: given ?? entry,
      again: given ? async () => given : () => enter(address),
    })
  } catch (error) {
    trouble(error.message)
  }
}
