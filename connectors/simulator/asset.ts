import { readFileSync } from 'node:fs'
import type { Exchange } from './exchange.ts'

const files: { readonly [path: string]: readonly [file: string, type: string] } = {
  '/': ['phones.html', 'text/html; charset=utf-8'],
  '/phones.js': ['phones.js', 'text/javascript; charset=utf-8'],
  '/bubble.js': ['bubble.js', 'text/javascript; charset=utf-8'],
  '/icon.svg': ['icon.svg', 'image/svg+xml'],
  '/phones.css': ['phones.css', 'text/css; charset=utf-8'],
  '/talk.css': ['talk.css', 'text/css; charset=utf-8'],
}

/** Nothing from elsewhere, nothing inline: what a message says can never run. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** The page that shows the phones. */
export function asset(exchange: Exchange) {
  const found = files[exchange.path]
  if (!found || exchange.method !== 'GET') {
    return exchange.json(404, { status: 404, detail: `there is nothing at ${exchange.path}` })
  }
  const [file, type] = found
  exchange.send(200, type, readFileSync(new URL(`page/${file}`, import.meta.url)), {
    'content-security-policy': policy,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-cache',
  })
}
