import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Content } from '../../domain/content.ts'
import { namedContents } from '../../domain/showing/named-contents.ts'

describe('what a person wrote in a group', () => {
  const rows: readonly (readonly [string, Content, readonly Content[]])[] = [
    ['text', { type: 'text', text: 'oi' }, [{ type: 'text', text: 'Ana: oi' }]],
    [
      'formatted text, whose formatting stays on its words',
      { type: 'text', text: 'oi', entities: [{ type: 'bold', offset: 0, length: 2 }] },
      [{ type: 'text', text: 'Ana: oi', entities: [{ type: 'bold', offset: 5, length: 2 }] }],
    ],
    ['changed text', { type: 'edit', text: 'olá' }, [{ type: 'edit', text: 'Ana: olá' }]],
    [
      'tap',
      { type: 'choice', id: '1', title: 'Yes' },
      [{ type: 'choice', id: '1', title: 'Ana: Yes' }],
    ],
    [
      'picture with words',
      { type: 'image', blobId: 'b', caption: 'me' },
      [{ type: 'image', blobId: 'b', caption: 'Ana: me' }],
    ],
    [
      'picture without',
      { type: 'image', blobId: 'b' },
      [
        { type: 'text', text: 'Ana:' },
        { type: 'image', blobId: 'b' },
      ],
    ],
    [
      'location',
      { type: 'location', latitude: 1, longitude: 2 },
      [
        { type: 'text', text: 'Ana:' },
        { type: 'location', latitude: 1, longitude: 2 },
      ],
    ],
    ['reaction, unnamed', { type: 'reaction', emoji: '👍' }, [{ type: 'reaction', emoji: '👍' }]],
    ['deletion, unnamed', { type: 'delete' }, [{ type: 'delete' }]],
  ]
  for (const [what, given, shown] of rows) {
    test(`says who: ${what}`, () => assert.deepEqual(namedContents(given, 'Ana'), shown))
  }

  test('has a name of one short line, without half a character', () => {
    const nameIn = (name: string) => {
      const [first] = namedContents({ type: 'text', text: '' }, name)
      return first?.type === 'text' ? first.text : ''
    }
    assert.equal(nameIn(' Ana\n  Maria '), 'Ana Maria: ')
    const long = nameIn('😀'.repeat(100))
    assert.ok(long.length <= 62 && long.isWellFormed(), long)
    assert.equal(nameIn(' \n '), '')
  })
})
