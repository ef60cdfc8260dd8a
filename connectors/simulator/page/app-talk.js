// How a message looks in the app.

import { contentOf, element, metaOf, summary } from './bubble.js'

const channels = {
  whatsapp: 'WhatsApp',
  messenger: 'Messenger',
  instagram: 'Instagram',
  telegram: 'Telegram',
}

/** As the client calls them, or else as the hub does; who has no name here is the client itself. */
export function nameOf(members, participantId, fromName = 'Somebody') {
  if (participantId === null) return 'The team'
  const member = members.find((each) => each.participantId === participantId)
  return member ? (member.displayName ?? member.address) : fromName
}

export const channelOf = (members, participantId) =>
  channels[members.find((each) => each.participantId === participantId)?.channel] ?? null

/** One of the colours of app.css, the same for a person wherever they are. */
export function colourOf(participantId) {
  let sum = 0
  for (const character of participantId ?? '') sum = (sum * 31 + character.charCodeAt(0)) % 997
  return `who-${sum % 6}`
}

/** `context`: members, hub, quoted (a message by its key), status; and what the buttons do: reply, react, choose. */
export function bubbleOf(message, context) {
  const { members, quoted, status, isFirst } = context
  const item = element('li', `bubble ${message.own ? 'from-phone' : 'to-phone'}`, '')
  item.dataset.key = message.key
  if (message.own) item.classList.add(status)
  if (!message.own && isFirst) item.append(authorOf(message, members))
  const about = message.replyTo && quoted(message.replyTo)
  if (about) item.append(quoteOf(about, members))
  if (message.isDeleted) item.append(element('span', 'said gone', 'This message was taken back'))
  else item.append(...shown(message.content, context))
  const meta = metaOf({ atMs: message.atMs, status: message.own ? status : null })
  if (message.isEdited) meta.prepend(element('span', '', 'edited'))
  item.append(meta)
  const reactions = Object.values(message.reactions ?? {})
  if (reactions.length > 0) item.append(element('span', 'reactions', reactions.join(' ')))
  if (message.own) item.append(...receiptsOf(message, context))
  if (!message.isDeleted) item.append(toolsOf(message, context))
  return item
}

function authorOf({ from, fromName }, members) {
  const author = element('span', `author ${colourOf(from)}`, nameOf(members, from, fromName))
  const channel = channelOf(members, from)
  if (channel) author.append(element('small', '', channel))
  return author
}

function quoteOf(about, members) {
  const quote = element('span', 'quote', '')
  const who = about.own ? 'You' : nameOf(members, about.from, about.fromName)
  quote.append(element('b', '', who), ` ${summary(about.content)}`)
  return quote
}

/** Files have a link of the hub's in place of the simulator's own. */
function shown(content, { hub, choose }) {
  const { type, url, caption } = content
  const isFile = url && ['image', 'sticker', 'video', 'audio', 'document'].includes(type)
  if (!isFile) {
    const parts = contentOf({ content })
    for (const part of parts) part.addEventListener('choose', ({ detail }) => choose(detail))
    return parts
  }
  const made = fileOf(content, new URL(url, hub).href)
  return caption ? [made, element('span', 'said', caption)] : [made]
}

function fileOf({ type, filename, caption }, address) {
  if (type === 'image' || type === 'sticker') {
    const image = element('img', 'picture', '')
    image.src = address
    image.alt = caption ?? 'A picture'
    return image
  }
  if (type === 'video' || type === 'audio') {
    const player = element(type, 'player', '')
    player.controls = true
    player.preload = 'metadata'
    player.src = address
    return player
  }
  const link = element('a', 'file', filename ?? 'A file')
  link.href = address
  link.target = '_blank'
  link.rel = 'noreferrer'
  return link
}

/** Whom it has reached, by name: channels differ in what they tell. */
function receiptsOf({ state, detail, receipts }, { members }) {
  if (state === 'failed') return [element('span', 'receipts bad', detail)]
  const failed = Object.keys(receipts).filter((each) => receipts[each] === 'failed')
  const read = Object.keys(receipts).filter((each) => receipts[each] === 'read')
  const names = (list) => list.map((each) => nameOf(members, each)).join(', ')
  return [
    ...(failed.length > 0 ? [element('span', 'receipts bad', `not to ${names(failed)}`)] : []),
    ...(read.length > 0 ? [element('span', 'receipts', `read by ${names(read)}`)] : []),
  ]
}

function toolsOf(message, { reply, react }) {
  const tools = element('span', 'tools', '')
  const what = summary(message.content)
  tools.append(tool('↩', 'Reply', `Reply to: ${what}`, () => reply(message)))
  for (const emoji of ['👍', '❤️']) {
    const mine = message.reactions?.me === emoji
    const button = tool(emoji, 'React', `${emoji} to: ${what}`, () =>
      react(message, mine ? '' : emoji),
    )
    button.setAttribute('aria-pressed', String(mine))
    tools.append(button)
  }
  return tools
}

function tool(sign, title, label, act) {
  const button = element('button', '', sign)
  button.type = 'button'
  button.title = title
  button.setAttribute('aria-label', label)
  button.addEventListener('click', act)
  return button
}
