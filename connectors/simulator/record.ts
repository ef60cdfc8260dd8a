import { createWriteStream, existsSync, readFileSync, type WriteStream } from 'node:fs'
import type { Content } from '../../domain/content.ts'
import type { ChannelName } from './settings.ts'

/** One thing that a phone shows. What has arrived is never changed; only `status` climbs. */
export interface PhoneMessage {
  /** Position in the record of all phones, from 1, in order of arrival. */
  readonly seq: number
  readonly atMs: number
  readonly direction: 'to-phone' | 'from-phone'
  readonly channel: ChannelName
  readonly account: string
  readonly address: string
  readonly providerMessageId: string
  readonly content: Content
  readonly replyTo: string | null
  /** What the sender gave to be echoed: WhatsApp's callback data, Messenger's metadata. */
  readonly echo: string | null
  /** 1 for the first arrival of this content from this account, 2 for its first copy. */
  readonly copy: number
  /** The fault that befell the request, where one did. */
  readonly fault: string | null
  /** As the platform has told it. Telegram tells nothing: there it is what the phone knows. */
  status: 'accepted' | 'sent' | 'delivered' | 'read' | 'failed'
}

/** The record of what arrived, in order: the truth that an auditor holds the hub against. */
export interface Record {
  append(message: PhoneMessage): void
  nextSeq(): number
  /** At most `limit` of those after `seq`, oldest first, as far back as memory goes. */
  after(seq: number, limit: number): readonly PhoneMessage[]
  /** The seq of the oldest that memory still holds; what is older is in the file only. */
  readonly oldest: number
  close(): Promise<void>
}

/** Reads `file` first, if there is one, and hands every message in it to `restore`. */
export function record(
  file: string | null,
  keep: number,
  restore: (message: PhoneMessage) => void,
): Record {
  const kept: PhoneMessage[] = []
  let last = 0
  let stream: WriteStream | undefined

  if (file !== null) {
    for (const message of linesOf(file)) {
      // The file tells what arrived, not what was told of it afterwards.
      if (message.direction === 'to-phone') message.status = 'delivered'
      kept.push(message)
      last = message.seq
      restore(message)
    }
    trim()
    stream = createWriteStream(file, { flags: 'a' })
    // After a torn line the next record must not be glued to it.
    if (kept.length > 0) stream.write('\n')
  }

  function trim() {
    // In bulk, because taking one from the front of a long array moves all the others.
    if (kept.length > keep * 1.25) kept.splice(0, kept.length - keep)
  }

  return {
    nextSeq: () => ++last,
    append(message) {
      kept.push(message)
      trim()
      stream?.write(`${JSON.stringify(message)}\n`)
    },
    after(seq, limit) {
      const first = kept[0]?.seq ?? 1
      const from = Math.max(0, seq + 1 - first)
      return kept.slice(from, from + limit)
    },
    get oldest() {
      return kept[0]?.seq ?? last + 1
    },
    close: () =>
      new Promise((done) => {
        if (stream) stream.end(() => done())
        else done()
      }),
  }
}

function* linesOf(file: string): Generator<PhoneMessage> {
  if (!existsSync(file)) return
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    if (line === '') continue
    try {
      yield JSON.parse(line) as PhoneMessage
    } catch {
      // The last line of a process that was killed while writing: it never was a whole record.
    }
  }
}
