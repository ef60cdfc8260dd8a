import { type Browser, chromium } from 'playwright-core'

/** Without a window. What it keeps goes with it. */
export function openBrowser(executablePath: string): Promise<Browser> {
  // Chromium's own sandbox needs another user than root.
  const isRoot = process.getuid?.() === 0
  return chromium.launch({ executablePath, args: isRoot ? ['--no-sandbox'] : [] })
}
