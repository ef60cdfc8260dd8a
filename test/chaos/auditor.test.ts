import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { audit, type Evidence } from './auditor.ts'
import type { DeliveryRecord, FeedEvent } from './hub-records.ts'
import type { PlannedConversation, PlannedMessage } from './plan.ts'
import type { PhoneLine } from './simulator-client.ts'

const messageOf = (nth: number, words: number): PlannedMessage => ({
  messageId: `m${nth}`,
  marker: `c0m${nth}`,
  words,
  content: { type: 'text', text: wordsOf(nth, 0, words) },
  isAnswered: false,
})

function wordsOf(message: number, from: number, to: number): string {
  return Array.from({ length: to - from }, (_, nth) => `c0m${message}w${from + nth}`).join(' ')
}

const ana = { channel: 'whatsapp', address: '491', gone: false } as const
const conversation: PlannedConversation = {
  index: 0,
  phones: [ana],
  messages: [messageOf(0, 2), messageOf(1, 4)],
}

const line = (seq: number, text: string): PhoneLine => ({
  seq,
  direction: 'to-phone',
  channel: 'whatsapp',
  address: '491',
  content: { type: 'text', text },
  fault: null,
  status: 'read',
})

const event = (type: string, messageId: string | null, text: string | null = null): FeedEvent => ({
  eventId: `${type} ${messageId} ${text}`,
  type,
  messageId,
  text,
  reason: null,
})

const delivery = (change: Partial<DeliveryRecord> = {}): DeliveryRecord => ({
  channel: 'whatsapp',
  address: '491',
  part: 0,
  status: 'read',
  attempts: 1,
  possibleDuplicate: false,
  ...change,
})

const listedAs = (messageId: string, status: string) => ({
  messageId,
  direction: 'outbound',
  status,
  reason: null,
})

/** The second message came in two parts, and the phone wrote back. */
const lines = [
  line(1, wordsOf(0, 0, 2)),
  line(2, wordsOf(1, 0, 3)),
  line(3, wordsOf(1, 3, 4)),
] as const
const feed = [
  event('message.accepted', 'm0'),
  event('message.accepted', 'm1'),
  event('message.received', 'in:1', 'hi'),
] as const

const kept: Evidence = {
  conversations: [conversation],
  accepted: new Set(['m0', 'm1']),
  lines,
  written: ['hi'],
  listed: [listedAs('m0', 'read'), listedAs('m1', 'read')],
  deliveries: new Map(),
  feed,
  followed: feed,
  forgedAccepted: 0,
  records: new Map([['deliver.whatsapp.dlq', 0]]),
}

const gone: PlannedConversation = { ...conversation, phones: [{ ...ana, gone: true }] }
const twice = [...lines, line(4, wordsOf(0, 0, 2))]

const ben = { channel: 'telegram', address: '912', gone: false } as const
const group: PlannedConversation = { ...conversation, phones: [ana, ben] }
const said = 'reply to c0m0'
const toBen = (seq: number, text: string) => ({
  ...line(seq, text),
  channel: 'telegram',
  address: '912',
})
/** Ana wrote to the group, and Ben got all. */
const talked: Evidence = {
  ...kept,
  conversations: [group],
  lines: [
    ...lines,
    ...lines.map(({ seq, content }) => ({ ...toBen(seq + 3, ''), content })),
    toBen(9, `Ana: ${said}`),
  ],
  written: [said],
  listed: [listedAs('m0', 'sent'), listedAs('m1', 'sent')], // Telegram tells of no more
  feed: [...feed.slice(0, 2), event('message.received', 'in:1', said)],
  followed: [...feed.slice(0, 2), event('message.received', 'in:1', said)],
}

describe("the chaos run's auditor", () => {
  test('finds nothing where every promise was kept', () => {
    const { failures, arrived } = audit(kept)
    assert.deepEqual(failures, [])
    assert.equal(arrived, 2)
  })

  test('finds nothing where what one of a group wrote reached the others', () => {
    assert.deepEqual(audit(talked).failures, [])
    const copied = { ...talked, lines: [...talked.lines, toBen(10, said)] }
    const mine = delivery({
      channel: 'telegram',
      address: '912',
      attempts: 2,
      possibleDuplicate: true,
    })
    const explained = audit({ ...copied, deliveries: new Map([['in:1', [mine]]]) })
    assert.deepEqual([explained.failures, explained.explainedCopies], [[], 1])
    assert.match(audit(copied).failures.join(), /^copies: telegram:912 got 'reply to c0m0' 2 times/)
    const lost = audit({ ...talked, lines: talked.lines.slice(0, -1) })
    assert.match(
      lost.failures.join(),
      /^lost: 'reply to c0m0' of a phone did not reach telegram:912/,
    )
    const back = audit({ ...talked, lines: [...talked.lines, line(10, said)] })
    assert.match(back.failures.join(), /^not theirs: reply to c0m0 whatsapp:491/)
  })

  const broken: readonly (readonly [what: string, change: Partial<Evidence>, sentence: RegExp])[] =
    [
      ['a message that never arrived', { lines: lines.slice(1) }, /^lost: m0 .* got nothing$/],
      ['a part that never arrived', { lines: lines.slice(0, 2) }, /^lost: m1 .* 3 of 4 words$/],
      [
        'a message that came before the one accepted earlier',
        { lines: [line(1, wordsOf(1, 0, 4)), line(2, wordsOf(0, 0, 2))] },
        /^order: whatsapp:491 got m1 /,
      ],
      [
        'parts in the wrong order',
        { lines: [lines[0], line(2, wordsOf(1, 3, 4)), line(3, wordsOf(1, 0, 3))] },
        /^order: .* m1 .* from word 3/,
      ],
      ['a copy that the hub knows nothing of', { lines: twice }, /^copies: .* m0 .* 2 times/],
      [
        'a copy that the hub made without a doubt',
        { lines: twice, deliveries: new Map([['m0', [delivery({ attempts: 2 })]]]) },
        /^copies: /,
      ],
      [
        'more copies than attempts',
        { lines: twice, deliveries: new Map([['m0', [delivery({ possibleDuplicate: true })]]]) },
        /^copies: /,
      ],
      [
        'a status that lags behind the platform',
        { listed: [listedAs('m0', 'delivered'), listedAs('m1', 'read')] },
        /^status: m0 .* 'delivered', the platforms say 'read'/,
      ],
      [
        'a message that no list has',
        { listed: [listedAs('m1', 'read')] },
        /^status: m0 .*not listed/,
      ],
      [
        'a message that a list has twice',
        { listed: [...kept.listed, listedAs('m0', 'read')] },
        /^list: m0 /,
      ],
      [
        'an acceptance that was not told',
        { feed: feed.slice(1) },
        /^feed: no message.accepted for m0/,
      ],
      ['an answer that was not told', { feed: feed.slice(0, 2) }, /^feed: 'hi' of a phone is 0 /],
      [
        'an answer that was told as two',
        { feed: [...feed, event('message.received', 'in:2', 'hi')] },
        /^feed: 'hi' of a phone is 2 /,
      ],
      [
        'an answer that nobody wrote',
        { feed: [...feed, event('message.received', 'in:2', 'buy')] },
        /^feed: 'buy' was received, and nobody wrote it/,
      ],
      [
        'a rejection',
        { feed: [...feed, event('message.rejected', 'm0')] },
        /^feed: message.rejected/,
      ],
      ['a gap for who follows', { followed: feed.slice(1) }, /^feed: .* missed 1 events/],
      [
        'an event that only who follows saw',
        { feed: feed.slice(0, 2), written: [] },
        /^feed: .* saw 1 events that are not there/,
      ],
      [
        'a refusal for good that the hub does not tell',
        {
          conversations: [gone],
          lines: [],
          deliveries: new Map([['m0', [delivery({ status: 'sent' })]]]),
        },
        /^m0 .* refuses for good/,
      ],
      ['words that nobody sent', { lines: [...lines, line(4, 'hello')] }, /nobody sent/],
      [
        'words of two messages in one',
        { lines: [...lines, line(4, 'c0m0w0 c0m1w1')] },
        /got c0m0 garbled/,
      ],
      ['a forged webhook that was taken', { forgedAccepted: 1 }, /^webhooks: 1 forged/],
      [
        'a dead letter',
        { records: new Map([['deliver.whatsapp.dlq', 2]]) },
        /^dead letters: 2 in deliver.whatsapp.dlq/,
      ],
    ]
  for (const [what, change, sentence] of broken) {
    test(`finds ${what}`, () => {
      const { failures } = audit({ ...kept, ...change })
      assert.ok(
        failures.some((failure) => sentence.test(failure)),
        `none of these says it: ${failures.join('; ')}`,
      )
    })
  }

  test('takes a copy that the hub calls possible for explained, and counts it', () => {
    const told = new Map([['m0', [delivery({ attempts: 2, possibleDuplicate: true })]]])
    const verdict = audit({ ...kept, lines: twice, deliveries: told })
    assert.deepEqual(verdict.failures, [])
    assert.equal(verdict.explainedCopies, 1)
  })

  test('takes a refusal for good that the hub tells with its reason', () => {
    const failed = [delivery({ status: 'failed', reason: 'recipient-gone' })]
    const verdict = audit({
      ...kept,
      conversations: [gone],
      lines: [],
      listed: [listedAs('m0', 'failed'), listedAs('m1', 'failed')],
      deliveries: new Map([
        ['m0', failed],
        ['m1', failed],
      ]),
    })
    assert.deepEqual(verdict.failures, [])
    assert.equal(verdict.refusedForGood, 2)
  })

  test('counts events that come again under their id, and takes them for no fault', () => {
    const again = [...feed, feed[0]]
    const verdict = audit({ ...kept, feed: again, followed: again })
    assert.deepEqual(verdict.failures, [])
    assert.equal(verdict.repeatedEvents, 1)
  })
})
