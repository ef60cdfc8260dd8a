import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { createCipheriv, createHash, randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type TestContext, test } from 'node:test'
import { request } from 'undici'
import { startCli } from '../cli/run-cli.ts'
import { adminKey } from '../gateway/open-gateway.ts'

const MiB = 1024 * 1024
const isFull = process.env['C4A_TEST_UPLOAD'] === '1'
const sizeBytes = isFull ? 2 * 1024 * MiB : 192 * MiB
const maxMemoryBytes = 300_000_000

/** `C4A_TEST_UPLOAD=1` uploads 2 GiB; otherwise it is the same with less. */
test(`an upload of ${sizeBytes / MiB} MiB is interrupted twice, goes on, and is what was sent`, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'c4a-interrupted-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const file = join(folder, 'film.pdf')
  const sha256 = await writeSample(file)
  const first = await startGateway(t, folder, 0)
  const environment = {
    C4A_URL: `http://127.0.0.1:${first.port}`,
    C4A_KEY: adminKey,
    XDG_STATE_HOME: join(folder, 'state'),
  }
  const upload = () => {
    const cli = startCli(['upload', file, '--json'], environment)
    t.after(() => cli.destroy())
    return cli
  }

  const sender = upload()
  await arrived(t, folder, sizeBytes * 0.3)
  sender.destroy() // the sender is gone without a word
  await sender.ended
  const left = await arrivedBytes(folder)
  assert.ok(left < sizeBytes)

  const again = upload()
  await arrived(t, folder, Math.max(left + 1, sizeBytes * 0.6))
  const peaks = [await peakMemory(first.process)]
  await killed(first.process) // the gateway is gone while it receives
  assert.ok((await arrivedBytes(folder)) < sizeBytes)
  const second = await startGateway(t, folder, first.port)

  const { code, stdout, stderr } = await again.ended
  assert.equal(code, 0, stderr)
  assert.match(stderr, /interrupted, and going on/)
  const stored = JSON.parse(stdout)
  assert.equal(stored.blobId, sha256)
  assert.equal(stored.sizeBytes, sizeBytes)

  peaks.push(await peakMemory(second.process))

  const { body } = await request(`${environment.C4A_URL}/v1/blobs/${stored.blobId}`, {
    headers: { authorization: `Bearer ${adminKey}` },
  })
  const hash = createHash('sha256')
  for await (const chunk of body) hash.update(chunk)
  assert.equal(hash.digest('hex'), sha256)
  const shown = peaks.map((bytes) => `${Math.round(bytes / 1e6)} MB`)
  t.diagnostic(`most memory of the two gateways: ${shown.join(', ')}`)
  for (const bytes of peaks) assert.ok(bytes < maxMemoryBytes, shown.join(', '))
})

/** Noise that begins as a PDF does. Answers its SHA-256. */
async function writeSample(file: string): Promise<string> {
  const cipher = createCipheriv('aes-128-ctr', randomBytes(16), randomBytes(16))
  const hash = createHash('sha256')
  function* pieces() {
    for (let at = 0; at < sizeBytes; at += MiB) {
      const piece = cipher.update(Buffer.alloc(MiB))
      if (at === 0) piece.write('%PDF-1.7\n')
      hash.update(piece)
      yield piece
    }
  }
  await pipeline(Readable.from(pieces()), createWriteStream(file))
  return hash.digest('hex')
}

async function startGateway(t: TestContext, folder: string, port: number) {
  const script = join(import.meta.dirname, 'gateway-process.ts')
  const gateway = fork(script, [folder, String(port)], {
    stdio: 'inherit',
    // What it leaves behind when it is killed goes with the folder.
    env: { ...process.env, TMPDIR: folder },
  })
  t.after(() => gateway.kill('SIGKILL'))
  return {
    process: gateway,
    port: await new Promise<number>((r) => gateway.once('message', (p) => r(Number(p)))),
  }
}

async function killed(process: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => process.once('exit', resolve))
  process.kill('SIGKILL')
  await ended
}

/** How much of the one upload is on disk. */
async function arrivedBytes(folder: string): Promise<number> {
  const root = join(folder, 'uploads')
  const names = await readdir(root, { recursive: true }).catch(() => [])
  const name = names.find((each) => /[0-9a-f-]{36}$/.test(each) && each.includes('/'))
  return name === undefined ? 0 : (await stat(join(root, name))).size
}

async function arrived(t: TestContext, folder: string, bytes: number): Promise<void> {
  const enough = async () => assert.ok((await arrivedBytes(folder)) >= bytes)
  await t.waitFor(enough, { timeout: 120_000, interval: 2 })
}

/** The most that the process ever held (VmHWM), where the system tells. */
async function peakMemory({ pid }: ChildProcess): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  return 1024 * Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0)
}
