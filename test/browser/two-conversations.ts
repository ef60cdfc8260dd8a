import assert from 'node:assert/strict'
import type { Browser } from 'playwright-core'
import { connected, once, phoneOf, said, write } from './on-page.ts'

/** Somebody in the app talks with the client alone and in a group, and is heard where they write. Throws what is not as it should be. */
export async function twoConversations(browser: Browser, phones: string): Promise<void> {
  const context = await browser.newContext({ locale: 'en-GB' })
  const table = await context.newPage()
  await table.goto(phones)
  const ana = phoneOf(table, 'whatsapp')

  const mia = await context.newPage()
  await mia.goto(`${phones}/app#mia`)
  await connected(mia)
  const pane = mia.locator('.pane')
  await write(pane, 'Is anybody there?')
  // A message that names no conversation goes where its author is when it is placed: the group has to come after that.
  await said(pane, 'Is anybody there?').and(mia.locator('.delivered')).waitFor()
  await mia.locator('#talks button', { hasText: 'The team' }).waitFor()
  await mia.getByRole('button', { name: 'Start a group' }).click()
  await mia.getByRole('heading', { name: 'Weekend at the lake' }).waitFor()

  await write(pane, 'Mia is with you')
  await once(said(ana, 'Mia is with you'), 'Ana sees what Mia wrote in the group')
  await mia.locator('#talks button', { hasText: 'The team' }).click()
  await once(said(pane, 'Is anybody there?'), 'Mia sees what she said before')
  await write(pane, 'For the team alone')
  await said(pane, 'For the team alone').and(mia.locator('.delivered')).waitFor()
  await mia.locator('#talks button', { hasText: 'Weekend at the lake' }).click()
  assert.equal(await said(pane, 'For the team alone').count(), 0)
  await write(pane, 'Back with you')
  await once(said(ana, 'Back with you'), 'Ana sees what Mia wrote after that')
  assert.equal(await said(ana, 'For the team alone').count(), 0)
  await context.close()
}
