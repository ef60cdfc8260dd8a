import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { openHub } from '../cli/open-hub.ts'
import { chromiumPath } from './chromium-path.ts'
import { openBrowser } from './open-browser.ts'
import { threeChannels } from './three-channels.ts'

/** Makes the pictures in docs/pictures anew: `npm run pictures`. */
const folder = join(import.meta.dirname, '..', '..', 'docs', 'pictures')
mkdirSync(folder, { recursive: true })
const chromium = chromiumPath()
if (!chromium) {
  console.error('There is no Chromium: install one, or name it in C4A_TEST_CHROMIUM.')
  process.exit(69)
}
const hub = await openHub()
const browser = await openBrowser(chromium)
try {
  await threeChannels(
    browser,
    hub.phones,
    async (name, page) => {
      await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' })
      console.log(`docs/pictures/${name}.png`)
    },
    { viewport: { width: 1180, height: 720 }, timezoneId: 'America/Sao_Paulo' },
  )
} finally {
  await browser.close()
  await hub.stop()
}
