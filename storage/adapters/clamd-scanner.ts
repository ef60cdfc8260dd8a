import { connect, type Socket } from 'node:net'
import type { Readable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { Chat4AllError } from '../../topology/contract/errors.ts'
import type { Verdict, VirusScanner } from '../ports/virus-scanner.ts'

export interface ClamdSettings {
  readonly host: string
  readonly port: number
  /** How long clamd may say and take nothing, in milliseconds; it thinks for minutes about large archives. */
  readonly silenceMs?: number
}

/**
 * Asks a clamd over TCP (its man page, clamd(8): INSTREAM): after the command come chunks, each behind its length in
 * four bytes, and an empty one at the end; then its answer.
 */
export function clamdScanner({ host, port, silenceMs = 120_000 }: ClamdSettings): VirusScanner {
  return {
    async scan(bytes) {
      const socket = connect({ host, port })
      socket.setTimeout(silenceMs, () => socket.destroy(new Error('it is silent')))
      const answer = answerOf(socket)
      // Awaited below; clamd may answer, and hang up, before it has seen everything.
      answer.catch(() => {})
      try {
        socket.write('zINSTREAM\0')
        await sendChunks(socket, bytes)
        return verdictOf(await answer)
      } catch (error) {
        if (error instanceof Chat4AllError) throw error
        throw away(`${host}:${port}`, error)
      } finally {
        socket.destroy()
        bytes.destroy()
      }
    },
  }
}

/** What clamd says until it hangs up. Rejects when it says nothing at all. */
function answerOf(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = ''
    socket.setEncoding('utf8')
    socket.on('data', (text) => {
      said += text
      if (said.includes('\0')) resolve(said.replace(/\0.*$/s, ''))
    })
    const end = (error?: Error) =>
      said === '' ? reject(error ?? new Error('it hung up')) : resolve(said.replace(/\0.*$/s, ''))
    socket.on('error', end)
    socket.on('close', () => end())
  })
}

async function sendChunks(socket: Socket, bytes: Readable): Promise<void> {
  for await (const each of bytes) {
    const chunk = each as Buffer // of a stream of bytes
    if (chunk.length === 0) continue // it would say that this was all
    // An answer before the end says that clamd takes no more. It is read here, for a write to a peer that hung up loses it.
    await setImmediate()
    if (socket.destroyed || socket.readableEnded) return
    const length = Buffer.alloc(4)
    length.writeUInt32BE(chunk.length)
    socket.write(length)
    if (!socket.write(chunk)) await drained(socket)
  }
  if (!socket.destroyed) socket.write(Buffer.alloc(4))
}

const drained = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    const on = () => {
      socket.off('drain', on).off('close', on).off('end', on)
      resolve()
    }
    socket.on('drain', on).on('close', on).on('end', on)
  })

/** `stream: OK`, `stream: Eicar-Signature FOUND`, `INSTREAM size limit exceeded. ERROR`. */
function verdictOf(answer: string): Verdict {
  if (/^stream: OK$/.test(answer)) return { kind: 'clean' }
  const name = /^stream: (.+) FOUND$/.exec(answer)?.[1]
  if (name !== undefined) return { kind: 'infected', name }
  if (/size limit exceeded/i.test(answer)) throw tooLong()
  throw new Error(`it says '${answer.slice(0, 200)}'`)
}

const tooLong = (): Chat4AllError =>
  new Chat4AllError('C4A_TOO_LARGE', {
    what: 'The file cannot be looked through for viruses',
    why: 'it is longer than the scanner takes',
    todo: "Send a shorter file, or let the operator raise StreamMaxLength in clamd's configuration",
  })

const away = (address: string, cause: unknown): Chat4AllError =>
  new Chat4AllError(
    'C4A_UNAVAILABLE',
    {
      what: 'The file cannot be looked through for viruses now',
      why: `clamd at ${address} gives no answer that is understood: ${cause instanceof Error ? cause.message : String(cause)}`,
      todo: "Try again; what is not looked through is not taken. Should it be always so for long files, see StreamMaxLength in clamd's configuration",
    },
    { cause },
  )
