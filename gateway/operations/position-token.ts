import { Chat4AllError } from '../../topology/contract/errors.ts'
import type { Position } from '../../topology/contract/record.ts'
import type { GatewayTopics } from '../tools.ts'

/** Positions as clients see them: opaque text, so that what is in it may change. */
export interface PositionTokens {
  write(position: Position): string
  /** Throws C4A_BAD_REQUEST for text that we never gave out. */
  read(token: string): Position
}

// Only topics that a client can wait for have a letter.
export function positionTokens(topics: GatewayTopics): PositionTokens {
  const letters = new Map([
    [topics.submitted, 'm'],
    [topics.conversations, 'c'],
  ])
  const names = new Map([...letters].map(([topic, letter]) => [letter, topic]))

  return {
    // btoa makes no Buffer; of letters, digits and dots it makes neither '+' nor '/'.
    write: ({ topic, partition, offset }) =>
      btoa(`${letters.get(topic)}.${partition}.${offset}`).replace(/=+$/, ''),

    read(token) {
      const parts = /^([mc])\.(\d{1,6})\.(\d{1,16})$/.exec(
        Buffer.from(token, 'base64url').toString('latin1'),
      )
      const topic = names.get(parts?.[1] ?? '')
      if (parts === null || topic === undefined) {
        throw new Chat4AllError('C4A_BAD_REQUEST', {
          what: 'The position is not one of ours',
          why: 'it cannot be read',
          todo: 'Give the position of a 202 answer as it was, or none',
        })
      }
      return { topic, partition: Number(parts[2]), offset: Number(parts[3]) }
    },
  }
}
