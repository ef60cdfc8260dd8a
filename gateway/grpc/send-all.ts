import { Chat4AllError } from '../../topology/contract/errors.ts'
import type { BatchItem, BatchSession } from '../operations/send-batch.ts'
import { maxBatch } from '../rest/schemas/batch.ts'
import type { Fields, WireCall } from './wire/wire-call.ts'

/** Answers of one stream are held until its end: 10,000 stay below the 4 MB that clients take by default. */
const maxStreamed = 10_000

/**
 * Sends a client's stream in batches: whatever has come while the batch before was being stored.
 * Resolves when the client has ended its side and all is stored; answers in the order of the messages.
 */
export function sendAll(
  stream: WireCall,
  session: BatchSession,
  fieldsOf: (request: Fields) => Fields,
): Promise<readonly BatchItem[]> {
  const answers: BatchItem[] = []
  const waiting: Fields[] = []
  let state: 'idle' | 'due' | 'sending' = 'idle'
  let ended = false

  return new Promise((resolve, reject) => {
    async function send(): Promise<void> {
      state = 'sending'
      while (waiting.length > 0) {
        // One packet may hold more than a batch takes.
        const batch = waiting.splice(0, maxBatch)
        if (waiting.length < maxBatch) stream.resume()
        if (answers.length + batch.length > maxStreamed) throw tooMany()
        const { items } = await session.send(batch)
        for (const item of items) answers.push(item)
      }
      state = 'idle'
      if (ended) resolve(answers)
    }

    const due = () => {
      if (state !== 'idle') return
      state = 'due'
      // Messages of one network packet come one after another within this turn of the event loop.
      setImmediate(() => void send().catch(reject))
    }
    stream.onCancel(() => reject(gone()))
    stream.read({
      message(request) {
        waiting.push(fieldsOf(request))
        if (waiting.length >= maxBatch) stream.pause()
        due()
      },
      halfClosed() {
        ended = true
        due()
      },
    })
  })
}

function tooMany(): Chat4AllError {
  return new Chat4AllError('C4A_TOO_LARGE', {
    what: 'The stream has too many messages',
    why: `one stream takes ${maxStreamed}; those sent before are accepted`,
    todo: 'End the stream, read its answer and open the next one',
  })
}

function gone(): Chat4AllError {
  return new Chat4AllError('C4A_UNAVAILABLE', {
    what: 'The stream was cut off',
    why: 'the client cancelled it or its deadline passed',
    todo: 'Send what was not answered again, with the same message ids',
  })
}
