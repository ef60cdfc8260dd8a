import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { describe, test } from 'node:test'
import { shortMac } from '../../domain/short-mac.ts'

/** As node:crypto has it. */
const expected = (secret: Uint8Array, purpose: string, parts: readonly string[]) =>
  createHmac('sha256', secret)
    .update([purpose, ...parts].join('\0'))
    .digest()
    .subarray(0, 16)
    .toString('base64url')

describe('a short MAC is half of an HMAC-SHA-256', () => {
  for (const bytes of [1, 32, 64, 65, 200]) {
    test(`with a secret of ${bytes} bytes`, () => {
      const secret = Uint8Array.from({ length: bytes }, (_, at) => at * 7 + 3)
      const mac = shortMac(secret)
      // Enough that each of the characters that may come last does.
      for (let n = 0; n < 200; n++) {
        const parts = ['default', 'telegram', 'demo', String(600_000_000 + n)]
        assert.equal(mac('conversation', parts), expected(secret, 'conversation', parts))
      }
    })
  }

  const secret = new TextEncoder().encode('a secret for tests')
  const cases: readonly (readonly [name: string, parts: readonly string[]])[] = [
    ['no parts', []],
    ['empty parts', ['', '', '']],
    ['letters beyond ASCII', ['default', 'São Paulo', '日本', '👋']],
    ['a half of a pair', ['\ud83d', 'x']],
    ['as much as there is room for', ['x'.repeat(1024 - 'purpose'.length - 1)]],
    ['more than there is room for', ['x'.repeat(1024 - 'purpose'.length)]],
    ['very much', ['á'.repeat(5_000), 'x'.repeat(5_000)]],
  ]
  for (const [name, parts] of cases) {
    test(`of ${name}, also after another that was longer`, () => {
      const mac = shortMac(secret)
      mac('purpose', ['y'.repeat(900)])
      assert.equal(mac('purpose', parts), expected(secret, 'purpose', parts))
    })
  }
})
