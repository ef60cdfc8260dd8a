import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isRepetition, type Submission, standing } from '../../storage/adapters/memory/standing.ts'
import { noon, story } from '../conformance/history-story.ts'

const tell = story('t')

/** One under the id, accepted at its number, and what it was refused for. */
const request = (nth: number, ...refusals: readonly string[]): Submission => ({
  message: tell.message({ submissionId: `s-${nth}`, acceptedAt: noon + nth }),
  rejection: null,
  refusals: new Set(refusals),
})
const unread = (...refusals: readonly string[]): Submission => ({
  message: null,
  rejection: null,
  refusals: new Set(refusals),
})

describe('which of several requests under one id is the message', () => {
  const cases: Readonly<Record<string, readonly [readonly Submission[], string | undefined]>> = {
    'the first, while neither has its verdict': [[request(2), request(1)], 's-1'],
    'the one that was not refused': [[request(1, 'duplicate'), request(2)], 's-2'],
    'the first of duplicates of each other': [
      [request(2, 'duplicate'), request(1, 'duplicate')],
      's-1',
    ],
    'a duplicate before what used the id again for something else': [
      [request(1, 'id-reused'), request(2, 'duplicate'), request(3, 'duplicate')],
      's-2',
    ],
    'a duplicate that was also told to have used the id again': [
      [request(1, 'id-reused', 'duplicate'), request(2, 'duplicate')],
      's-1',
    ],
    'none, while what is duplicated is not known': [[request(1, 'duplicate')], undefined],
    'none, while the other is known by its refusal alone': [
      [request(1, 'duplicate'), unread('duplicate')],
      undefined,
    ],
    'none of those that used the id for something else': [
      [request(1, 'id-reused'), request(2, 'id-reused')],
      undefined,
    ],
  }
  for (const [name, [submissions, expected]] of Object.entries(cases)) {
    test(name, () => {
      for (const all of [submissions, submissions.toReversed()]) {
        assert.equal(standing(all)?.message?.submissionId, expected)
        // The lists, which know a message by one that is no repetition, show it where it is found by its id.
        const isListed = all.some((one) => one.message && !isRepetition(one, all))
        assert.equal(isListed, expected !== undefined)
      }
    })
  }
})
