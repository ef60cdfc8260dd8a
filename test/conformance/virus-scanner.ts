import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { describe, type TestContext, test } from 'node:test'
import type { VirusScanner } from '../../storage/ports/virus-scanner.ts'
import { isCode } from '../../topology/contract/errors.ts'

/** The file that every scanner takes for a virus, and that is none: https://www.eicar.org. */
export const eicar = 'X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'

/** What every VirusScanner owes. `open` gives one that takes no more than a megabyte. */
export function virusScannerSuite(
  name: string,
  open: (t: TestContext) => Promise<VirusScanner>,
): void {
  describe(`virus scanner: ${name}`, () => {
    test('lets through what is clean, be it empty or long', async (t) => {
      const scanner = await open(t)
      for (const chunks of [['hi'], [], Array.from({ length: 10 }, () => 'x'.repeat(65_536))]) {
        const bytes = Readable.from(chunks.map((chunk) => Buffer.from(chunk)))
        assert.deepEqual(await scanner.scan(bytes), { kind: 'clean' })
      }
    })

    test('finds what harms, and names it, however it is cut', async (t) => {
      const scanner = await open(t)
      for (const cut of [0, 1, 40]) {
        const bytes = Readable.from(
          [eicar.slice(0, cut), eicar.slice(cut)].map((e) => Buffer.from(e)),
        )
        const verdict = await scanner.scan(bytes)
        assert.ok(verdict.kind === 'infected')
        assert.match(verdict.name, /eicar/i)
      }
    })

    test('calls nothing clean that is longer than it looks', async (t) => {
      const scanner = await open(t)
      const chunks = Array.from({ length: 64 }, () => Buffer.alloc(65_536))
      await assert.rejects(
        scanner.scan(Readable.from(chunks)),
        // The scanner hangs up; where its last word is lost with the connection, it was away.
        (error) => isCode(error, 'C4A_TOO_LARGE') || isCode(error, 'C4A_UNAVAILABLE'),
      )
    })

    test('looks at several files at once', async (t) => {
      const scanner = await open(t)
      const verdicts = await Promise.all(
        ['a', eicar, 'b', eicar].map((text) => scanner.scan(Readable.from([Buffer.from(text)]))),
      )
      const kinds = verdicts.map(({ kind }) => kind)
      assert.deepEqual(kinds, ['clean', 'infected', 'clean', 'infected'])
    })
  })
}
