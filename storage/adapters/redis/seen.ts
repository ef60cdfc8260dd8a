import { hash } from 'node:crypto'
import type { Redis } from 'ioredis'
import { Chat4AllError } from '../../../topology/contract/errors.ts'
import type { SeenClaim, SeenVerdict, SeenWindow } from '../../ports/seen.ts'
import { claimBytes, claimScript } from './claim-script.ts'
import { redisError } from './redis-error.ts'

/** Ten characters: with the key they fill a size that Redis's allocator has. */
const prefix = 'c4a:seen1:'

/** No script keeps other clients waiting for longer than some milliseconds. */
const claimsAtOnce = 1_000

const verdicts: Readonly<Record<string, SeenVerdict>> = { f: 'first', d: 'duplicate', r: 'reused' }

/**
 * The window in Redis, shared by all processes; a call for a batch. As durable as that server is: what
 * it loses counts as never seen, and the delivery ledger stops the second send
 * (docs/decisions/0018). Throws C4A_STORE_UNREACHABLE while Redis is away.
 * @param secret the same in every process: makes the keys, so that nobody outside can find two ids
 * with one key, and Redis holds neither ids nor addresses
 */
export function redisSeen(redis: Redis, secret: string): SeenWindow {
  const salt = hash('blake2s256', secret)

  async function ask(claims: readonly SeenClaim[], nowMs: number): Promise<string> {
    let answer: unknown
    try {
      answer = await redis.eval(claimScript, 0, nowMs, prefix, bytesOf(claims, salt, nowMs))
    } catch (error) {
      throw redisError(error, redis)
    }
    if (typeof answer === 'string' && answer.length === claims.length) return answer
    throw new Chat4AllError('C4A_INTERNAL', {
      what: 'Redis gave no verdict for each claim',
      why: 'its answer has another length than the batch',
      todo: 'This is a fault of the hub: report it with this sentence',
    })
  }

  return {
    async claim(claims, nowMs) {
      let letters = ''
      // One after the other: a later claim sees an earlier one, also across calls.
      for (let at = 0; at < claims.length; at += claimsAtOnce) {
        letters += await ask(claims.slice(at, at + claimsAtOnce), nowMs)
      }
      return Array.from(letters, (letter) => verdicts[letter] ?? 'first')
    },
  }
}

function bytesOf(claims: readonly SeenClaim[], salt: string, nowMs: number): Buffer {
  const bytes = Buffer.alloc(claims.length * claimBytes.all)
  let at = 0
  for (const { tenant, direction, messageId, submissionId, digest, windowMs } of claims) {
    // JSON, because a tenant or an id may hold any separator.
    const id = hash('blake2s256', salt + JSON.stringify([tenant, direction, messageId]), 'buffer')
    at += id.copy(bytes, at, 0, claimBytes.key)
    at = bytes.writeUIntBE(nowMs + windowMs, at, claimBytes.expiry)
    // 48 bits of it: where two submissions meet in them, a duplicate passes on to the ledger.
    const submission = hash('blake2s256', submissionId, 'buffer')
    at += submission.copy(bytes, at, 0, claimBytes.submission)
    bytes.write(digest, at, claimBytes.digest, 'hex')
    at += claimBytes.digest
  }
  return bytes
}
