import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openHub } from '../cli/open-hub.ts'
import { chromiumPath } from './chromium-path.ts'
import { openBrowser } from './open-browser.ts'
import { threeChannels } from './three-channels.ts'
import { twoConversations } from './two-conversations.ts'

const chromium = chromiumPath()
const skip = chromium
  ? false
  : 'there is no Chromium: nobody looked at the pages. Install one (Debian: apt-get install chromium), or name it in C4A_TEST_CHROMIUM'

test('people on Telegram, on WhatsApp and in an app talk in one group, and one of them also with the client alone, seen in a browser', {
  skip,
  timeout: 300_000,
}, async (t) => {
  const hub = await openHub()
  t.after(() => hub.stop())
  const browser = await openBrowser(chromium ?? '')
  t.after(() => browser.close())
  const { complaints } = await threeChannels(browser, hub.phones)
  assert.deepEqual(complaints, [])
  await twoConversations(browser, hub.phones)
})
