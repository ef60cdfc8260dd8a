import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isWanted } from '../../../domain/webhooks/is-wanted.ts'

const all = { types: [], channels: [], conversations: [] }
const read = { type: 'delivery.read', channel: 'whatsapp', conversationId: 'c_1' }
const created = { type: 'conversation.created', channel: null, conversationId: 'c_1' }
const disabled = { type: 'webhook.disabled' }

describe('an endpoint wants', () => {
  const rows = [
    ['everything when it names nothing', {}, [true, true, true]],
    ['a type by its name', { types: ['delivery.read'] }, [true, false, false]],
    ['all types of a kind', { types: ['delivery.*', 'webhook.*'] }, [true, false, true]],
    [
      'no type that only begins alike',
      { types: ['delivery.re', 'deliver.*'] },
      [false, false, false],
    ],
    ['a channel, and so nothing without one', { channels: ['whatsapp'] }, [true, false, false]],
    ['a conversation', { conversations: ['c_1'] }, [true, true, false]],
    [
      'what all its lists let through',
      { types: ['delivery.*'], channels: ['telegram'] },
      [false, false, false],
    ],
  ] as const
  for (const [name, filter, expected] of rows) {
    test(name, () => {
      const wanted = [read, created, disabled].map((event) =>
        isWanted({ ...all, ...filter }, event),
      )
      assert.deepEqual(wanted, expected)
    })
  }
})
