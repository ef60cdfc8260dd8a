import { readFileSync } from 'node:fs'
import type { Exchange } from './exchange.ts'

const files: { readonly [path: string]: readonly [file: string, type: string] } = {
  '/': ['phones.html', 'text/html; charset=utf-8'],
  '/phones.js': ['phones.js', 'text/javascript; charset=utf-8'],
  '/bubble.js': ['bubble.js', 'text/javascript; charset=utf-8'],
  '/icon.svg': ['icon.svg', 'image/svg+xml'],
  '/phones.css': ['phones.css', 'text/css; charset=utf-8'],
  '/talk.css': ['talk.css', 'text/css; charset=utf-8'],
  '/app': ['app.html', 'text/html; charset=utf-8'],
  '/app.js': ['app.js', 'text/javascript; charset=utf-8'],
  '/app-chat.js': ['app-chat.js', 'text/javascript; charset=utf-8'],
  '/app-presence.js': ['app-presence.js', 'text/javascript; charset=utf-8'],
  '/app-rooms.js': ['app-rooms.js', 'text/javascript; charset=utf-8'],
  '/app-hub.js': ['app-hub.js', 'text/javascript; charset=utf-8'],
  '/app-kept.js': ['app-kept.js', 'text/javascript; charset=utf-8'],
  '/app-server.js': ['app-server.js', 'text/javascript; charset=utf-8'],
  '/app-side.js': ['app-side.js', 'text/javascript; charset=utf-8'],
  '/app-talk.js': ['app-talk.js', 'text/javascript; charset=utf-8'],
  '/app-talk.css': ['app-talk.css', 'text/css; charset=utf-8'],
  '/app.css': ['app.css', 'text/css; charset=utf-8'],
}

/** Nothing from elsewhere, nothing inline: what a message says can never run. Only the app is a client of the hub. */
function policy(hub: string | undefined): string {
  const [socket, files] = hub ? [` ${hub.replace(/^http/, 'ws')}`, ` ${hub}`] : ['', '']
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `img-src 'self'${files}`,
    `media-src${files || " 'none'"}`,
    `connect-src 'self'${socket}`,
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

/** The page that shows the phones, and that of a client's own app, which speaks to the hub at this address. */
export function asset(exchange: Exchange, hub: string | undefined) {
  const found = files[exchange.path]
  if (!found || exchange.method !== 'GET') {
    return exchange.json(404, { status: 404, detail: `there is nothing at ${exchange.path}` })
  }
  const [file, type] = found
  exchange.send(200, type, readFileSync(new URL(`page/${file}`, import.meta.url)), {
    'content-security-policy': policy(exchange.path === '/app' ? hub : undefined),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-cache',
  })
}
