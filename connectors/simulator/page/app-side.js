// The list of conversations beside the one that is open.

import { colourOf } from './app-talk.js'
import { element } from './bubble.js'

const find = (selector) => document.querySelector(selector)

export function sideOf({ choose, startGroup }) {
  const button = find('#group')
  button.addEventListener('click', async () => {
    button.disabled = true
    button.classList.remove('wrong')
    try {
      await startGroup()
    } catch {
      button.classList.add('wrong')
    }
    button.disabled = false
  })

  return {
    show(talks, name) {
      find('#my-name').textContent = name
      find('#my-avatar').textContent = name.slice(0, 1).toUpperCase()
      document.title = `${name} · Chat4All simulator`
      const newest = talks.toSorted((a, b) => b.atMs - a.atMs)
      // One that has the focus keeps it.
      const focused = document.activeElement?.dataset?.talk
      find('#talks').replaceChildren(...newest.map(rowOf))
      if (focused !== undefined) find(`#talks [data-talk="${CSS.escape(focused)}"]`)?.focus()
    },
  }

  function rowOf({ id, title, kind, last, unread, isOpen }) {
    const row = document.createElement('li')
    const button = element('button', '', '')
    button.type = 'button'
    button.dataset.talk = id
    if (isOpen) button.setAttribute('aria-current', 'true')
    const sign = element(
      'span',
      `avatar ${colourOf(id)}`,
      kind === 'group' ? '⁂' : title.slice(0, 1),
    )
    sign.setAttribute('aria-hidden', 'true')
    const text = element('span', 'about', '')
    text.append(element('b', '', title), element('small', '', last))
    button.append(sign, text)
    if (unread > 0) {
      const count = element('span', 'unread', unread > 99 ? '99+' : String(unread))
      count.append(element('span', 'unseen', ' unread'))
      button.append(count)
    }
    button.addEventListener('click', () => choose(id))
    row.append(button)
    return row
  }
}
