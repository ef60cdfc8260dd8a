import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { lengthIn, splitText, type TextUnit } from '../../domain/split-text.ts'

const units: readonly TextUnit[] = ['characters', 'utf16', 'bytes']
const family = '👨‍👩‍👧‍👦'
const prose = `Era uma vez, numa terra distante, um rei.\nEle tinha três filhos.\n\nO primeiro saiu cedo. ${'E andou, andou, andou. '.repeat(20)}\n\n地平線の向こうに。${'そして、'.repeat(30)} ${family.repeat(12)} fim`
const samples: readonly string[] = [
  prose,
  'palavra '.repeat(200),
  'x'.repeat(500),
  family.repeat(40),
  'e\u0301'.repeat(200),
  '  \n\n  só isto  \n\n'.repeat(20),
  '🇧🇷🇵🇹🇦🇴🇲🇿'.repeat(20),
]
const words = (text: string) => text.replace(/\s+/g, '')

describe('lengthIn', () => {
  test('counts each unit', () => {
    const text = 'é👋'
    assert.deepEqual(
      units.map((unit) => lengthIn(unit, text)),
      [2, 3, 6],
    )
  })
})

describe('splitText', () => {
  test('leaves a text that fits as it is, white space and all', () => {
    for (const text of ['', ' oi ', 'a\n\nb'])
      assert.deepEqual(splitText(text, 10, 'bytes'), [text])
  })

  for (const unit of units) {
    for (const max of [26, 40, 100]) {
      test(`keeps every part within ${max} ${unit}, and every word`, () => {
        for (const text of samples) {
          const parts = splitText(text, max, unit)
          for (const part of parts) {
            assert.ok(lengthIn(unit, part) <= max, `${lengthIn(unit, part)}: ${part}`)
            assert.ok(part.isWellFormed(), part)
            assert.notEqual(part.trim(), '')
          }
          assert.equal(words(parts.join('')), words(text))
        }
      })
    }
  }

  test('never cuts inside what people see as one character', () => {
    const segments = new Intl.Segmenter('und', { granularity: 'grapheme' })
    const seen = (text: string) => [...segments.segment(text)].map(({ segment }) => segment)
    for (const text of [family.repeat(40), 'e\u0301'.repeat(200), '🇧🇷🇵🇹'.repeat(30)]) {
      for (const unit of units) {
        for (let max = 26; max < 40; max++) {
          assert.deepEqual(splitText(text, max, unit).flatMap(seen), seen(text))
        }
      }
    }
  })

  const cuts: readonly (readonly [name: string, text: string, max: number, parts: string[]])[] = [
    ['a paragraph before a line', 'aaaa\nbb\n\ncccc\nddd', 13, ['aaaa\nbb', 'cccc\nddd']],
    ['a line before a sentence', 'Aaaaaaa\nBb. Ccc', 12, ['Aaaaaaa', 'Bb. Ccc']],
    ['a sentence before a word', 'Aaa bbb. Cc dd ee', 12, ['Aaa bbb.', 'Cc dd ee']],
    ['a word before its middle', 'aaa bbb ccc', 9, ['aaa bbb', 'ccc']],
    ['after a word that ends just at the limit', 'aaaa bbbb cccc', 9, ['aaaa bbbb', 'cccc']],
    ['a word too long for any part', 'aa bbbbbbbbbbbb', 5, ['aa', 'bbbbb', 'bbbbb', 'bb']],
    ['after the Japanese full stop', 'ああああ。いいい', 6, ['ああああ。', 'いいい']],
    [
      'no link that fits a part',
      'veja https://a.example/b fim',
      22,
      ['veja', 'https://a.example/b', 'fim'],
    ],
    [
      'no sentence that would leave a part nearly empty',
      'A. bbbb cccc dddd',
      14,
      ['A. bbbb cccc', 'dddd'],
    ],
  ]
  for (const [name, text, max, parts] of cuts) {
    test(`cuts ${name}`, () => assert.deepEqual(splitText(text, max, 'utf16'), parts))
  }

  test('cuts between code points what is seen as one character and fits no part', () => {
    const parts = splitText(family, 4, 'bytes')
    assert.ok(parts.every((part) => lengthIn('bytes', part) <= 4 && part.isWellFormed()))
    assert.equal(parts.join(''), family)
  })

  test('ends also where the limit is too small for any character', () => {
    assert.deepEqual(splitText('👋👋', 1, 'bytes'), ['👋', '👋'])
  })

  test('cuts a long text in a time that grows with it', () => {
    const parts = splitText('palavra '.repeat(50_000), 4096, 'characters')
    assert.equal(parts.length, 98)
  })
})
