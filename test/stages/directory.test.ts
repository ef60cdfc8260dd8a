import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Alias, Conversation } from '../../schemas/types.ts'
import { directory } from '../../stages/directory.ts'
import { memoryDirectory } from '../../storage/adapters/memory/directory.ts'
import { memoryPeople } from '../../storage/adapters/memory/people.ts'
import { bia, withBia } from './fixtures.ts'
import { inputOf, nowMs, runStage } from './run-stage.ts'

const group = (title: string): Conversation => ({
  tenant: 'default',
  conversationId: 'c_group',
  kind: 'group',
  title,
  participants: [],
  createdAt: nowMs,
  createdBy: 'key1',
})
const alias = (conversationId: string): Alias => ({
  tenant: 'default',
  ...bia,
  conversationId,
  participantId: 'p_bia',
  createdAt: nowMs,
  linked: false,
})

describe('the directory stage', () => {
  test('writes what its log says, the last word of a key holding', async () => {
    const tables = memoryDirectory()
    const body = directory.create({
      id: 'directory',
      settings: {},
      outputs: [],
      tools: { directory: tables, people: memoryPeople(tables) },
    })
    const emitted = await runStage(body, [
      inputOf('conversations', group('before')),
      inputOf('aliases', alias('c_other')),
      inputOf('conversations', group('after')),
      inputOf('aliases', alias(withBia)),
    ])
    assert.deepEqual(emitted, [[], [], [], []])
    const [conversation] = await tables.conversations([
      { tenant: 'default', conversationId: 'c_group' },
    ])
    assert.equal(conversation?.title, 'after')
    const [found] = await tables.aliases([{ tenant: 'default', ...bia }])
    assert.equal(found?.conversationId, withBia)
  })

  test('fails as a whole when the tables are away, to be run again', async () => {
    const away = {
      ...memoryDirectory(),
      applyConversations: () => Promise.reject(new Error('away')),
    }
    const body = directory.create({
      id: 'directory',
      settings: {},
      outputs: [],
      tools: { directory: away, people: memoryPeople(away) },
    })
    await assert.rejects(runStage(body, [inputOf('conversations', group('x'))]), /away/)
  })
})
