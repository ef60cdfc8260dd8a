import { execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ClamdSettings } from '../../storage/adapters/clamd-scanner.ts'
import { eicar } from '../conformance/virus-scanner.ts'
import { freePort } from './free-port.ts'

/**
 * A clamd of this machine (Debian: clamav-daemon) that knows one virus, the test file, and takes a megabyte at most: the real
 * signatures are a quarter of a gigabyte that a test has no need of. Undefined where none is installed.
 */
export async function realClamd(): Promise<ClamdSettings | undefined> {
  try {
    execFileSync('clamd', ['--version'], { stdio: 'ignore' })
  } catch {
    return undefined
  }
  const folder = await mkdtemp(join(tmpdir(), 'c4a-clamd-'))
  const signatures = join(folder, 'signatures')
  await mkdir(signatures)
  const md5 = createHash('md5').update(eicar).digest('hex')
  await writeFile(join(signatures, 'eicar.hdb'), `${md5}:${eicar.length}:Eicar-Test\n`)
  const port = await freePort()
  const lines = {
    DatabaseDirectory: signatures,
    TemporaryDirectory: folder,
    TCPAddr: '127.0.0.1',
    TCPSocket: port,
    StreamMaxLength: '1M',
    Foreground: 'yes',
    User: process.env['USER'] ?? execFileSync('id', ['-un'], { encoding: 'utf8' }).trim(),
  }
  const config = Object.entries(lines).map(([name, value]) => `${name} ${value}\n`)
  await writeFile(join(folder, 'clamd.conf'), config.join(''))
  const args = [`--config-file=${join(folder, 'clamd.conf')}`]
  const clamd = spawn('clamd', args, { stdio: 'ignore' })
  const ended = new Promise<void>((resolve) => clamd.once('exit', () => resolve()))
  after(async () => {
    clamd.kill()
    await ended
    await rm(folder, { recursive: true, force: true })
  })
  for (const untilMs = performance.now() + 30_000; performance.now() < untilMs; await sleep(50)) {
    if (clamd.exitCode !== null) break
    if (await listens(port)) return { host: '127.0.0.1', port }
  }
  throw new Error(`clamd does not start with ${join(folder, 'clamd.conf')}`)
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port })
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
