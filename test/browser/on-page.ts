import type { Locator, Page } from 'playwright-core'
import { until } from '../until.ts'

/** One of the simulated phones. */
export const phoneOf = (page: Page, channel: string): Locator => page.locator(`.phone.${channel}`)

export const connected = (page: Page) => page.locator('#link.up').waitFor()

/** A bubble that says this, among other things. */
export const said = (where: Page | Locator, text: string): Locator =>
  where.locator('.bubble').filter({ has: pageOf(where).locator('.said', { hasText: text }) })

const pageOf = (where: Page | Locator): Page => ('page' in where ? where.page() : where)

/** What can be done with a bubble. */
export const tool = (page: Page, text: string, label: string): Locator =>
  said(page, text).getByRole('button', { name: label })

export async function write(where: Locator, text: string): Promise<void> {
  await where.locator('[name=text]').fill(text)
  await where.locator('[name=text]').press('Enter')
}

export const once = (bubble: Locator, what: string) =>
  until(`${what}, once`, async () => (await bubble.count()) === 1)
