// The page of the simulated phones: loads what they show, follows the live stream, sends answers.

import { contentOf, element, metaOf, summary } from './bubble.js'

const channels = {
  whatsapp: 'WhatsApp',
  messenger: 'Messenger',
  instagram: 'Instagram',
  telegram: 'Telegram',
}
const shownAtMost = 300
const panes = {}

const eyeOpen =
  '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M2.500 12S6 5.500 12 5.500 21.500 12 21.500 12 18 18.500 12 18.500 2.500 12 2.500 12z"/><circle cx="12" cy="12" r="2.800"/></svg>'
const eyeShut =
  '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M3 10.500c2.200 3 5.300 4.800 9 4.800s6.800-1.800 9-4.800M5.800 13.400L4 16M12 15.300V18.500M18.200 13.400L20 16"/></svg>'
for (const channel of Object.keys(channels)) panes[channel] = makePane(channel)
follow()

function makePane(channel) {
  const root = document.querySelector('#phone').content.firstElementChild.cloneNode(true)
  const find = (selector) => root.querySelector(selector)
  const pane = {
    channel,
    root,
    find,
    phones: new Map(),
    address: null,
    bubbles: new Map(),
    messages: new Map(),
    replyTo: null,
    lastDay: null,
  }
  root.classList.add(channel)
  root.setAttribute('aria-label', `${channels[channel]} phone`)
  find('.channel').textContent = channels[channel]
  // A list that scrolls can be reached and scrolled by keyboard.
  find('.talk').tabIndex = 0
  find('.talk').setAttribute('aria-label', `Messages on ${channels[channel]}`)
  find('[name=text]').setAttribute('aria-label', `Answer on ${channels[channel]}`)

  find('.address').addEventListener('change', (event) => void choose(pane, event.target.value))
  find('.look').addEventListener('click', () => {
    const looking = find('.look').getAttribute('aria-pressed') !== 'true'
    void change('PUT', phoneUrl(pane), { looking })
  })
  find('.answer').addEventListener('submit', (event) => {
    event.preventDefault()
    const text = find('[name=text]').value
    if (text.trim() !== '') void answer(pane, { text })
  })
  find('.photo').addEventListener('click', () => find('[name=file]').click())
  find('[name=file]').addEventListener('change', async (event) => {
    const [file] = event.target.files
    event.target.value = ''
    if (!file) return
    const base64 = await base64Of(file)
    void answer(pane, {
      image: { base64, mimeType: file.type, caption: find('[name=text]').value },
    })
  })
  find('.place').addEventListener('click', () =>
    answer(pane, {
      location: { latitude: -16.6033, longitude: -49.2653, name: 'Instituto de Informática, UFG' },
    }),
  )
  find('.quoted button').addEventListener('click', () => quote(pane, null))
  find('[name=text]').addEventListener('keydown', (event) => {
    if (event.key === 'Escape') quote(pane, null)
  })
  document.querySelector('#phones').append(root)
  return pane
}

function follow() {
  const link = document.querySelector('#link')
  const stream = new EventSource('/simulator/live')
  const state = (name, text) => {
    link.className = `link ${name}`
    link.textContent = text
  }
  // Loading comes after the stream is open, so that nothing falls between the two.
  stream.addEventListener('open', () => {
    state('up', 'live')
    void load()
  })
  stream.addEventListener('error', () =>
    state('down', 'the simulator does not answer; trying again'),
  )
  stream.addEventListener('reload', load)
  stream.addEventListener('phone', ({ data }) => knowPhone(JSON.parse(data)))
  stream.addEventListener('message', ({ data }) => show(JSON.parse(data), true))
  stream.addEventListener('status', ({ data }) => setStatus(JSON.parse(data)))
}

async function load() {
  const { phones } = await (await fetch('/simulator/phones')).json()
  for (const phone of phones) knowPhone(phone, true)
  const chosen = Object.values(panes).filter(({ address }) => address !== null)
  await Promise.all(chosen.map((pane) => choose(pane, pane.address)))
}

/** `loading`: the first phone of each channel becomes the shown one, and its messages are loaded by the caller. */
function knowPhone(phone, loading = false) {
  const pane = panes[phone.channel]
  const known = pane.phones.has(phone.address)
  // A chaos run has hundreds; a list to choose from need not.
  if (!known && pane.phones.size >= 60) return
  pane.phones.set(phone.address, phone)
  const select = pane.find('.address')
  if (!known) {
    const option = document.createElement('option')
    option.value = phone.address
    option.textContent = phone.demo ? `${phone.address}` : `${phone.address} (${phone.name})`
    select.append(option)
    select.classList.toggle('alone', pane.phones.size === 1)
  }
  if (pane.address === null) {
    if (loading) pane.address = phone.address
    else void choose(pane, phone.address)
  }
  if (pane.address === phone.address) head(pane)
}

function head(pane) {
  const phone = pane.phones.get(pane.address)
  if (!phone) return
  pane.find('.name').textContent = phone.name
  pane.find('.avatar').textContent = phone.name.replace(/^…/, '').slice(0, 1).toUpperCase()
  const look = pane.find('.look')
  look.innerHTML = phone.looking ? eyeOpen : eyeShut
  look.setAttribute('aria-pressed', String(phone.looking))
  look.setAttribute('aria-label', `${phone.name} is looking at this phone`)
  look.title = phone.looking
    ? `${phone.name} is looking: messages get read. Click to look away.`
    : `${phone.name} looks away: messages are delivered only. Click to read them.`
}

async function choose(pane, address) {
  pane.address = address
  pane.find('.address').value = address
  head(pane)
  quote(pane, null)
  const answered = await fetch(`${phoneUrl(pane)}/messages?limit=${shownAtMost}`)
  if (!answered.ok || pane.address !== address) return
  const { messages } = await answered.json()
  pane.bubbles.clear()
  pane.messages.clear()
  pane.lastDay = null
  pane.find('.talk').replaceChildren()
  for (const message of messages) show(message, false)
}

function show(message, fresh) {
  const pane = panes[message.channel]
  if (pane.address !== message.address || pane.bubbles.has(message.seq)) return
  const talk = pane.find('.talk')
  const atEnd = talk.scrollHeight - talk.scrollTop - talk.clientHeight < 80
  dayMark(pane, talk, message.atMs)

  const item = document.createElement('li')
  item.className = `bubble ${message.direction} ${message.status}`
  if (fresh) item.classList.add('fresh')
  const quoted = message.replyTo && pane.messages.get(message.replyTo)
  if (quoted) item.append(element('span', 'quote', summary(quoted.content)))
  const isOurs = message.direction === 'to-phone'
  item.append(...contentOf(message), metaOf({ ...message, status: isOurs ? message.status : null }))
  if (isOurs) item.append(replyButton(pane, message))
  item.addEventListener('choose', ({ detail }) =>
    change('POST', `${phoneUrl(pane)}/answer`, {
      choice: detail,
      replyTo: message.providerMessageId,
    }),
  )
  pane.bubbles.set(message.seq, item)
  pane.messages.set(message.providerMessageId, message)
  talk.append(item)
  while (talk.childElementCount > shownAtMost) talk.firstElementChild.remove()
  if (atEnd || !fresh) talk.scrollTop = talk.scrollHeight
}

function setStatus(message) {
  const item = panes[message.channel].bubbles.get(message.seq)
  if (!item) return
  item.classList.remove('accepted', 'sent', 'delivered', 'read', 'failed')
  item.classList.add(message.status)
  item.querySelector('.state').title = message.status
  item.querySelector('.state .unseen').textContent = message.status
}

function replyButton(pane, message) {
  const button = element('button', 'reply', '↩')
  button.type = 'button'
  button.title = 'Reply to this message'
  button.setAttribute('aria-label', `Reply to: ${summary(message.content)}`)
  button.addEventListener('click', () => {
    quote(pane, message)
    pane.find('[name=text]').focus()
  })
  return button
}

function quote(pane, message) {
  pane.replyTo = message?.providerMessageId ?? null
  pane.find('.quoted').hidden = message === null
  pane.find('.quoted span').textContent = message ? summary(message.content) : ''
}

function dayMark(pane, talk, atMs) {
  const day = new Date(atMs).toLocaleDateString([], {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
  })
  if (day === pane.lastDay) return
  pane.lastDay = day
  talk.append(element('li', 'day', day))
}

async function answer(pane, body) {
  const form = pane.find('.answer')
  const replyTo = pane.replyTo ? { replyTo: pane.replyTo } : {}
  const taken = await change('POST', `${phoneUrl(pane)}/answer`, { ...body, ...replyTo })
  form.classList.toggle('wrong', !taken)
  if (!taken) return
  pane.find('[name=text]').value = ''
  quote(pane, null)
}

async function change(method, url, body) {
  const headers = { 'content-type': 'application/json' }
  try {
    return (await fetch(url, { method, headers, body: JSON.stringify(body) })).ok
  } catch {
    return false
  }
}

function base64Of(file) {
  return new Promise((done, failed) => {
    const reader = new FileReader()
    reader.addEventListener('load', () => done(reader.result.slice(reader.result.indexOf(',') + 1)))
    reader.addEventListener('error', () => failed(reader.error))
    reader.readAsDataURL(file)
  })
}

function phoneUrl({ channel, address }) {
  return `/simulator/phones/${channel}/${encodeURIComponent(address)}`
}
