// What is inside a bubble. Text from messages is only ever set as text, never as markup.

const ticks =
  '<svg class="ticks" viewBox="0 0 20 12" aria-hidden="true"><path class="first" d="M1.500 6.500l3.500 3.500L12 2"/><path class="second" d="M8.500 9L9.700 10 17 2"/></svg>'

const icon = (paths) => `<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">${paths}</svg>`
const icons = {
  place: icon(
    '<path d="M12 21s-6.500-6.200-6.500-11a6.500 6.500 0 0 1 13 0c0 4.800-6.500 11-6.500 11z"/><circle cx="12" cy="10" r="2.400"/>',
  ),
  picture: icon(
    '<rect x="3.500" y="5" width="17" height="14" rx="2"/><circle cx="9" cy="10" r="1.600"/><path d="M4 17l5-4.500 3.500 3 3-2.500 4.500 4"/>',
  ),
  file: icon(
    '<path d="M7 3.500h6.500L18 8v12.500H7z"/><path d="M13.500 3.500V8H18M9.800 12.500h5.500M9.800 16h5.500"/>',
  ),
  other: icon('<path d="M12 4l2 6 6 2-6 2-2 6-2-6-6-2 6-2z"/>'),
}

export function contentOf({ content }) {
  const caption = content.caption ? [element('span', 'said', content.caption)] : []
  switch (content.type) {
    case 'text':
      return [element('span', 'said', content.text)]
    case 'location': {
      const degrees = `${content.latitude.toFixed(4)}, ${content.longitude.toFixed(4)}`
      return [card('place', content.name ?? 'Location', degrees)]
    }
    case 'image':
      if (content.mediaId) return [picture(content), ...caption]
      return [card('picture', 'Picture by link', hostOf(content.url)), ...caption]
    case 'contacts':
      return content.contacts.map(({ name, phones = [] }) =>
        card('other', name, phones.map(({ value }) => value).join(', ')),
      )
    case 'template':
      return [card('other', `Template ${content.name}`, content.language)]
    case 'buttons':
      return [element('span', 'said', saidOf(content)), choices(content.buttons)]
    case 'list': {
      const rows = content.sections.flatMap((section) => section.rows)
      return [element('span', 'said', saidOf(content)), choices(rows)]
    }
    case 'choice':
      return [element('span', 'said', content.title)]
    case 'reaction':
      return [element('span', 'said', content.emoji || 'took a reaction back')]
    case 'edit':
      return [element('span', 'said', `✏️ ${content.text}`)]
    case 'delete':
    case 'typing':
    case 'read':
      return [element('span', 'said', marks[content.type])]
    case 'unsupported':
      return [card('other', content.kind, 'shown by the channel itself')]
    default:
      return [card('file', content.filename ?? content.type, hostOf(content.url)), ...caption]
  }
}

const marks = { delete: 'took a message back', typing: 'is writing …', read: 'has read it' }

const saidOf = ({ header, text, footer }) => [header, text, footer].filter(Boolean).join('\n\n')

/** What can be tapped: the page hears `choose` and answers for the person. A link stays a text: nothing is opened here. */
function choices(buttons) {
  const box = element('span', 'choices', '')
  for (const { id, title, description, url } of buttons) {
    const button = element('button', 'choice', url ? `${title} ↗` : title)
    button.type = 'button'
    button.title = description ?? url ?? title
    button.disabled = Boolean(url)
    button.addEventListener('click', () =>
      button.dispatchEvent(new CustomEvent('choose', { bubbles: true, detail: { id, title } })),
    )
    box.append(button)
  }
  return box
}

function picture({ mediaId, caption }) {
  const image = element('img', 'picture', '')
  image.src = `/simulator/media/${encodeURIComponent(mediaId)}`
  image.alt = caption ?? 'A picture'
  // Files live in memory: after a restart of the simulator only the record is left.
  image.addEventListener('error', () =>
    image.replaceWith(card('picture', 'Picture', 'no longer kept')),
  )
  return image
}

function card(sign, title, detail) {
  const box = element('span', 'card', '')
  const text = document.createElement('span')
  text.append(element('b', '', title), element('small', '', detail))
  const mark = element('i', '', '')
  mark.innerHTML = icons[sign]
  box.append(mark, text)
  return box
}

/** `status`: how far it has come, where that is known to whoever looks; null where it is not. */
export function metaOf({ atMs, status, copy = 1, fault = null }) {
  const meta = element('span', 'meta', '')
  if (copy > 1) meta.append(element('span', 'copy', `copy ${copy}`))
  if (fault) meta.append(element('span', 'fault', fault))
  const at = new Date(atMs)
  const time = element(
    'time',
    '',
    at.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' }),
  )
  time.dateTime = at.toISOString()
  meta.append(time)
  if (status !== null) {
    const state = element('span', 'state', '')
    state.innerHTML = ticks
    state.title = status
    state.append(element('span', 'unseen', status))
    meta.append(state)
  }
  return meta
}

export function element(name, className, text) {
  const made = document.createElement(name)
  if (className) made.className = className
  made.textContent = text
  return made
}

export function summary(content) {
  return (
    content.text ??
    content.caption ??
    content.name ??
    content.title ??
    content.emoji ??
    content.type
  )
}

function hostOf(url) {
  return url ? new URL(url).host : 'a file'
}
