import { ask } from './ask.ts'

/** Asks a broker, in Kafka's own protocol, which of the controllers is the active one; answers its server's name. */
export async function activeController(port: number, signal: AbortSignal): Promise<string> {
  const answer = await ask(port, quorumRequest(), isWhole, signal)
  // DescribeQuorum response v0: size, correlation id, no tags; no error; of one topic, its name, and of one partition
  // its number, no error, and who leads it. Counts and lengths are one more than they are.
  let at = 9
  const failed = answer.readInt16BE(at)
  if (failed !== 0) throw new Error(`port ${port} does not tell who controls: error ${failed}`)
  at += 3
  at += answer.readUInt8(at) + 1 // the name, and the count of partitions behind it
  at += 4 + 2
  return `kafka-${answer.readInt32BE(at)}`
}

/** DescribeQuorum (key 55) v0, of the log that the controllers keep. */
function quorumRequest(): Buffer {
  const topic = Buffer.from('__cluster_metadata')
  const head = Buffer.alloc(11)
  head.writeInt16BE(55, 0)
  head.writeInt16BE(0, 2)
  head.writeInt32BE(1, 4) // correlation id
  head.writeInt16BE(-1, 8) // no client id
  // One topic with its name, of it one partition, number 0; behind each part that it has no tags.
  const named = Buffer.from([2, topic.length + 1, ...topic])
  const body = Buffer.concat([head, named, Buffer.from([2, 0, 0, 0, 0, 0, 0, 0])])
  const size = Buffer.alloc(4)
  size.writeInt32BE(body.length)
  return Buffer.concat([size, body])
}

const isWhole = (bytes: Buffer) => bytes.length >= 4 && bytes.length >= 4 + bytes.readInt32BE(0)
