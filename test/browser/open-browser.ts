import { type Browser, chromium } from 'playwright-core'

/** Without a window, and without Chromium's own sandbox, which root cannot have: it sees our pages only. What it keeps goes with it. */
export function openBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, chromiumSandbox: false })
}
