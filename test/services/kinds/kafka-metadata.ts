import { ask } from './ask.ts'

/** Asks a broker, in Kafka's own protocol, which brokers live; answers their names, in order. */
export async function brokersSeenBy(port: number, signal: AbortSignal): Promise<string[]> {
  const answer = await ask(port, metadataRequest(), isWhole, signal)
  // Metadata response v1: size, correlation id, then the brokers.
  let at = 8
  const count = answer.readInt32BE(at)
  at += 4
  const seen: string[] = []
  for (let broker = 0; broker < count; broker++) {
    seen.push(`kafka-${answer.readInt32BE(at)}`)
    at += 4
    at += 2 + answer.readInt16BE(at) // host
    at += 4 // port
    at += 2 + Math.max(0, answer.readInt16BE(at)) // rack, -1 when there is none
  }
  return seen.sort((a, b) => a.localeCompare(b))
}

/** Metadata (key 3) v1, which every broker up to 4.x answers, for no topics at all. */
function metadataRequest(): Buffer {
  const body = Buffer.alloc(14)
  body.writeInt16BE(3, 0)
  body.writeInt16BE(1, 2)
  body.writeInt32BE(1, 4) // correlation id
  body.writeInt16BE(-1, 8) // no client id
  body.writeInt32BE(0, 10) // no topics
  const size = Buffer.alloc(4)
  size.writeInt32BE(body.length)
  return Buffer.concat([size, body])
}

const isWhole = (bytes: Buffer) => bytes.length >= 4 && bytes.length >= 4 + bytes.readInt32BE(0)
