import assert from 'node:assert/strict'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { until } from '../until.ts'
import { connected, once, phoneOf, said, tool, write } from './on-page.ts'

/** Called where there is something to see. */
export type Look = (name: string, page: Page) => Promise<void>

const patience = 60_000

/** What a page complained about, its policy of content among it; empty at the end of a good scene. */
export interface Scene {
  readonly complaints: readonly string[]
}

/**
 * A person on the Telegram phone, one on the WhatsApp phone and two in an app talk in one group, everybody at a page of the
 * simulator at `phones`. Throws what is not as it should be.
 */
export async function threeChannels(
  browser: Browser,
  phones: string,
  look: Look = async () => {},
  options: BrowserContextOptions = {},
): Promise<Scene> {
  const complaints: string[] = []
  const contexts = await Promise.all(
    ['phones', 'caio', 'lia'].map(() => browser.newContext({ locale: 'en-GB', ...options })),
  )
  const [atPhones, withCaio, withLia] = contexts
  assert.ok(atPhones && withCaio && withLia)
  const opened = async (context: typeof atPhones, path: string) => {
    context.setDefaultTimeout(patience)
    const page = await context.newPage()
    page.on('pageerror', (error) => complaints.push(String(error)))
    page.on('console', (message) => {
      // That a page tries all the same while the scene takes its network away is right.
      const isOurs = message.text().includes('ERR_INTERNET_DISCONNECTED')
      if (message.type() === 'error' && !isOurs) complaints.push(message.text())
    })
    page.on('response', (response) => {
      if (response.status() >= 400) complaints.push(`${response.status()} of ${response.url()}`)
    })
    await page.goto(`${phones}${path}`)
    return page
  }

  const table = await opened(atPhones, '/')
  const [davi, ana] = [phoneOf(table, 'telegram'), phoneOf(table, 'whatsapp')]

  const caio = await opened(withCaio, '/app')
  await caio.getByRole('button', { name: 'Caio' }).click()
  await connected(caio)
  await caio.getByRole('button', { name: 'Start a group' }).click()
  await caio.getByRole('heading', { name: 'Weekend at the lake' }).waitFor()

  const tent = 'Who brings a tent?'
  await write(davi, tent)
  await once(said(caio, tent), 'Caio sees what Davi wrote on Telegram')
  await once(said(ana, tent), 'so does Ana')
  const author = said(caio, tent).locator('.author')
  assert.equal(await author.textContent(), 'DaviTelegram')

  const mine = 'I do, we all fit in 🏕️'
  await write(ana, mine)
  await once(said(caio, mine), 'Caio sees what Ana wrote on WhatsApp')
  await once(said(davi, mine), 'so does Davi')

  const food = 'Then the food is on me'
  await tool(caio, mine, 'Reply to').click()
  await write(caio.locator('.pane'), food)
  for (const [who, phone] of Object.entries({ davi, ana })) {
    await once(said(phone, food), `${who} sees what Caio wrote in the app`)
  }
  await said(caio, food).locator('.quote', { hasText: mine }).waitFor()
  await said(caio, food).locator('.receipts', { hasText: 'read by Ana' }).waitFor()
  await tool(caio, tent, '👍 to').click()
  await said(caio, tent).locator('.reactions', { hasText: '👍' }).waitFor()

  const lia = await opened(withLia, '/app#lia')
  await connected(lia)
  for (const text of [tent, mine, food]) await once(said(lia, text), `Lia sees '${text}'`)
  await caio.locator('#members .here', { hasText: 'Lia' }).waitFor()
  await lia.getByLabel('Write a message').pressSequentially('Swim')
  await caio.locator('#typing', { hasText: 'Lia is writing' }).waitFor()
  const swim = 'Swimming at sunrise, who joins?'
  await write(lia.locator('.pane'), swim)
  for (const [who, where] of Object.entries({ caio, davi, ana })) {
    await once(said(where, swim), `${who} sees what Lia wrote`)
  }

  // What comes while somebody is away, and what they write then.
  await withCaio.setOffline(true)
  await caio.locator('#link', { hasText: 'You are offline' }).waitFor()
  const me = 'Me! And coffee first'
  await write(caio.locator('.pane'), me)
  await said(caio, me).and(caio.locator('.waiting')).waitFor()
  const boat = 'The boat is booked'
  await write(davi, boat)
  await once(said(lia, boat), 'Lia sees what Davi wrote meanwhile')
  assert.equal(await said(caio, boat).count(), 0)
  await withCaio.setOffline(false)
  await connected(caio)
  await once(said(caio, boat), 'Caio sees what came while he was away')
  for (const [who, where] of Object.entries({ lia, davi, ana })) {
    await once(said(where, me), `${who} sees what Caio wrote while he was away`)
  }
  await said(caio, me).locator('.receipts', { hasText: 'Ana' }).waitFor()
  await look('app', caio)
  await look('phones', table)

  const before = await caio.locator('.bubble .said').allTextContents()
  await caio.reload()
  await connected(caio)
  await until('the page shows the same as before', async () => {
    const now = await caio.locator('.bubble .said').allTextContents()
    return now.join('\n') === before.join('\n')
  })
  assert.equal(new Set(before).size, before.length, 'nothing is there twice')
  for (const [who, where] of Object.entries({ lia, davi, ana })) {
    for (const text of [me, swim, food]) await once(said(where, text), `${who} has '${text}' once`)
  }
  await Promise.all(contexts.map((each) => each.close()))
  return { complaints }
}
