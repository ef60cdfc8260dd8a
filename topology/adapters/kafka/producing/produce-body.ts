import type { TopicPartition } from '../../../contract/record.ts'
import { ByteWriter } from '../records/byte-writer.ts'
import { RequestBody } from '../wire/request-body.ts'

const allInSync = -1

/**
 * The body of a produce request, version 7, acknowledged by all replicas in sync, which batches are written into one after another:
 * a batch that was made elsewhere would be copied, and be as much memory again outside of V8's heap.
 */
export class ProduceBody {
  readonly #out: ByteWriter
  readonly #topicsAt: number
  #topic: string | undefined
  #topics = 0
  #partitionsAt = 0
  #partitions = 0

  /** @param room is written over; a larger one takes its place where it is too small */
  constructor(room: Buffer, timeoutMs: number) {
    const out = new ByteWriter(room)
    out.length = RequestBody.start
    out.string(null) // no transaction
    out.int16(allInSync)
    out.int32(timeoutMs)
    this.#topicsAt = out.length
    out.int32(0)
    this.#out = out
  }

  get length(): number {
    return this.#out.length - RequestBody.start
  }

  /** What it is written in now. */
  get room(): Buffer {
    return this.#out.bytes
  }

  /** Those of one topic follow one another. Nothing is kept where `write` answers null. */
  add<Batch>(
    { topic, partition }: TopicPartition,
    write: (out: ByteWriter) => Batch | null,
  ): Batch | null {
    const out = this.#out
    const before = out.length
    const isNew = topic !== this.#topic
    if (isNew) {
      out.string(topic)
      out.int32(0)
    }
    const partitionsAt = isNew ? out.length - 4 : this.#partitionsAt
    out.int32(partition)
    out.int32(0)
    const start = out.length
    const batch = write(out)
    if (batch === null) {
      out.length = before
      return null
    }
    out.bytes.writeInt32BE(out.length - start, start - 4)
    if (isNew) {
      this.#topic = topic
      this.#partitions = 0
      this.#partitionsAt = partitionsAt
      out.bytes.writeInt32BE(++this.#topics, this.#topicsAt)
    }
    out.bytes.writeInt32BE(++this.#partitions, partitionsAt)
    return batch
  }

  request(): RequestBody {
    return new RequestBody(this.#out.view())
  }
}
