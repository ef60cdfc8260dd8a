import assert from 'node:assert/strict'
import { createServer, type Socket } from 'node:net'
import { Readable } from 'node:stream'
import { describe, type TestContext, test } from 'node:test'
import { clamdScanner } from '../../storage/adapters/clamd-scanner.ts'
import { isCode } from '../../topology/contract/errors.ts'
import { virusScannerSuite } from '../conformance/virus-scanner.ts'
import { realClamd } from './real-clamd.ts'

const clamd = await realClamd()

if (clamd) virusScannerSuite('clamd', async () => clamdScanner(clamd))
else test('a real clamd', { skip: 'no clamd is installed: its suite was left out' }, () => {})

// What a real one does on a bad day, from a server that speaks its protocol.
async function served(t: TestContext, serve: (socket: Socket) => void, silenceMs = 5_000) {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    t.after(() => socket.destroy())
    serve(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return { scanner: clamdScanner({ host: '127.0.0.1', port, silenceMs }), server, port }
}

const some = () => Readable.from([Buffer.from('hello'), Buffer.from('world')])
const isAway = (error: unknown) => isCode(error, 'C4A_UNAVAILABLE')

describe('a clamd', () => {
  test('is sent the command, and each chunk behind its length', async (t) => {
    let got = Buffer.alloc(0)
    const { scanner } = await served(t, (socket) => {
      socket.on('data', (bytes) => {
        got = Buffer.concat([got, bytes])
        if (got.subarray(-4).equals(Buffer.alloc(4))) socket.end('stream: OK\0')
      })
    })
    assert.deepEqual(await scanner.scan(some()), { kind: 'clean' })
    const wire = 'zINSTREAM\0\0\0\0\u0005hello\0\0\0\u0005world\0\0\0\0'
    assert.equal(got.toString(), wire)
  })

  test('that is away, silent, hangs up or says what nobody understands finds nothing clean', async (t) => {
    const gone = await served(t, () => {})
    gone.server.close()
    await assert.rejects(gone.scanner.scan(some()), isAway)
    const silent = await served(t, () => {}, 100)
    await assert.rejects(silent.scanner.scan(some()), isAway)
    const rude = await served(t, (socket) => socket.destroy())
    await assert.rejects(rude.scanner.scan(some()), isAway)
    const odd = await served(t, (socket) => socket.end('COMMAND READ TIMED OUT\0'))
    await assert.rejects(odd.scanner.scan(some()), isAway)
    const half = await served(t, (socket) => socket.end('stream: O'))
    await assert.rejects(half.scanner.scan(some()), isAway)
  })

  test('is not asked any further when the bytes cannot be read', async (t) => {
    const { scanner } = await served(t, () => {})
    const broken = new Readable({ read: () => {} })
    setImmediate(() => broken.destroy(new Error('the disk is gone')))
    await assert.rejects(scanner.scan(broken), /the disk is gone/)
  })
})
