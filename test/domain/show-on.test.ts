import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Capabilities } from '../../domain/capabilities.ts'
import type { Content } from '../../domain/content.ts'
import { showOn } from '../../domain/showing/show-on.ts'

const characters = (max: number) => ({ max, unit: 'characters' }) as const

/** A channel that shows words alone. */
const plain: Capabilities = {
  kinds: ['text'],
  text: characters(40),
  caption: null,
  receipts: ['sent'],
  windowMs: null,
  settlement: null,
}
const menus: Capabilities = {
  ...plain,
  kinds: ['text', 'buttons', 'list'],
  buttons: {
    most: 3,
    title: characters(5),
    id: characters(5),
    text: characters(20),
    header: characters(10),
  },
  list: {
    rows: 4,
    sections: 2,
    button: characters(10),
    sectionTitle: characters(10),
    title: characters(10),
    description: characters(10),
    id: characters(5),
    text: characters(20),
  },
}

function shown(content: Content, capabilities: Capabilities, hasTarget = true, link?: string) {
  const result = showOn(content, capabilities, { hasTarget, linkOf: () => link })
  return result.kind === 'rejected' ? result.why : result
}

function said(content: Content, capabilities: Capabilities = plain): readonly string[] {
  const result = shown(content, capabilities)
  assert.ok(typeof result !== 'string', String(result))
  return result.parts.map((part) => (part.type === 'text' ? part.text : part.type))
}

describe('what a channel shows', () => {
  test('is the very content where it needs no change', () => {
    const text: Content = { type: 'text', text: 'hi' }
    assert.deepEqual(shown(text, plain), { kind: 'shown', parts: [text], rules: [] })
    const result = shown(text, plain)
    assert.ok(typeof result !== 'string' && result.parts[0] === text)
  })

  describe('of formatting', () => {
    const bold = { type: 'bold', offset: 6, length: 3 } as const
    const text: Content = { type: 'text', text: 'Hello Ana, welcome', entities: [bold] }

    test('keeps it where the channel has it, and leaves it out where not', () => {
      const can = { ...plain, entities: ['bold'] } as const
      assert.deepEqual(shown(text, can), { kind: 'shown', parts: [text], rules: [] })
      assert.deepEqual(shown(text, plain), {
        kind: 'shown',
        parts: [{ type: 'text', text: 'Hello Ana, welcome' }],
        rules: ['formatting-lost'],
      })
    })

    test('writes marks around whole words of one line only', () => {
      const can = { ...plain, markup: { bold: '*', italic: '_' } } as const
      assert.deepEqual(said(text, can), ['Hello *Ana*, welcome'])
      const nested: Content = {
        ...text,
        entities: [bold, { type: 'italic', offset: 6, length: 12 }],
      }
      assert.deepEqual(said(nested, can), ['Hello _*Ana*, welcome_'])
      const spaced: Content = { ...text, entities: [{ ...bold, offset: 5, length: 4 }] }
      assert.deepEqual(said(spaced, can), ['Hello *Ana*, welcome'])
      for (const part of [
        { ...bold, offset: 6, length: 2 },
        { ...bold, offset: 5, length: 1 },
      ]) {
        assert.deepEqual(said({ ...text, entities: [part] }, can), ['Hello Ana, welcome'])
      }
    })

    test('writes the address of a link behind its words, and moves what follows', () => {
      const can = { ...plain, text: characters(80), markup: { bold: '*' } } as const
      const linked: Content = {
        type: 'text',
        text: 'See here and there',
        entities: [
          { type: 'link', offset: 4, length: 4, url: 'https://a.example' },
          { type: 'bold', offset: 13, length: 5 },
        ],
      }
      assert.deepEqual(said(linked, can), ['See here (https://a.example) and *there*'])
    })

    test('is cut with the text, each part having its own', () => {
      const can = { ...plain, text: characters(12), entities: ['bold'] } as const
      const all: Content = {
        type: 'text',
        text: 'one two three four',
        entities: [{ type: 'bold', offset: 4, length: 9 }],
      }
      const result = shown(all, can)
      assert.deepEqual(typeof result !== 'string' && result.parts, [
        { type: 'text', text: 'one two', entities: [{ type: 'bold', offset: 4, length: 3 }] },
        { type: 'text', text: 'three four', entities: [{ type: 'bold', offset: 0, length: 5 }] },
      ])
    })
  })

  describe('of media', () => {
    const photo: Content = {
      type: 'image',
      url: 'https://a.example/cat.tif',
      mimeType: 'image/tiff',
      caption: 'Our cat',
      sizeBytes: 50,
    }
    const images: Capabilities = {
      ...plain,
      kinds: ['text', 'image'],
      caption: characters(10),
      media: { image: { maxBytes: 100, maxLinkBytes: 40, types: ['image/tiff'] } },
    }

    test('is a link where it is too large to be fetched, and a file where it can be uploaded', () => {
      assert.deepEqual(said(photo, images), ['Our cat\nhttps://a.example/cat.tif'])
      assert.deepEqual(said({ ...photo, sizeBytes: 40 }, images), ['image'])
      const { url: _, ...bare } = photo
      assert.deepEqual(said({ ...bare, blobId: 'b' }, images), ['image'])
    })

    test('is a document where only that takes its type or size', () => {
      const documents = { ...images, kinds: ['text', 'image', 'document'] } as const
      assert.deepEqual(said(photo, documents), ['document'])
      const png = { ...photo, sizeBytes: 1, mimeType: 'image/png' }
      assert.deepEqual(said(png, documents), ['document'])
      assert.deepEqual(said(png, images), ['Our cat\nhttps://a.example/cat.tif'])
    })

    test('is rejected without a link, and has the link that the hub can give', () => {
      const { url: _, ...bare } = photo
      const large: Content = { ...bare, blobId: 'b', sizeBytes: 1000 }
      assert.match(String(shown(large, images)), /no link/)
      const result = shown(large, images, true, 'https://hub.example/b')
      assert.deepEqual(typeof result !== 'string' && result.rules, ['media-as-link'])
    })

    test('has its caption apart where the channel has none, or none so long', () => {
      const small = { ...photo, sizeBytes: 1 }
      assert.deepEqual(said(small, { ...images, caption: null }), ['image', 'Our cat'])
      assert.deepEqual(said(small, { ...images, captioned: [] }), ['image', 'Our cat'])
      assert.deepEqual(said(small, { ...images, caption: characters(3) }), ['image', 'Our cat'])
      assert.deepEqual(said(small, images), ['image'])
    })

    test('knows a type with parameters', () => {
      const voice: Content = { type: 'audio', blobId: 'b', mimeType: 'audio/ogg; codecs=opus' }
      const can = {
        ...plain,
        kinds: ['audio'],
        media: { audio: { maxBytes: 9, types: ['audio/ogg'] } },
      } as const
      assert.deepEqual(said(voice, can), ['audio'])
    })
  })

  describe('of buttons and lists', () => {
    const buttons: Content = {
      type: 'buttons',
      text: 'Which?',
      header: 'Top',
      footer: 'Low',
      buttons: [
        { id: 'a', title: 'A' },
        { id: 'b', title: 'B' },
      ],
    }
    const rows = [
      { id: 'a', title: 'Ten', description: 'early' },
      { id: 'b', title: 'Two' },
    ]
    const list: Content = {
      type: 'list',
      text: 'When?',
      button: 'Times',
      sections: [{ title: 'Monday', rows }],
    }

    test('has a footer in the text where the channel lacks one', () => {
      const { footer: _, ...rest } = buttons
      assert.deepEqual(shown(buttons, menus), {
        kind: 'shown',
        parts: [{ ...rest, text: 'Which?\n\nLow' }],
        rules: [],
      })
    })

    test('goes ahead of its buttons in parts where the text is too long', () => {
      const long: Content = { ...buttons, text: 'one two three four five six' }
      const result = shown(long, menus)
      assert.ok(typeof result !== 'string')
      assert.deepEqual(
        result.parts.map(({ type }) => type),
        ['text', 'buttons'],
      )
      assert.deepEqual(result.rules, ['text-in-parts'])
    })

    test('is numbered lines where there are no buttons, or not such ones', () => {
      const wide = { ...plain, text: characters(200) }
      assert.deepEqual(said(buttons, wide), ['Top\n\nWhich?\n\n1. A\n2. B\n\nLow'])
      const tooMany: Content = {
        ...buttons,
        buttons: ['a', 'b', 'c', 'd'].map((id) => ({ id, title: id })),
      }
      const tooLong: Content = { ...buttons, buttons: [{ id: 'a', title: 'A title' }] }
      const linked: Content = { ...buttons, buttons: [{ title: 'A', url: 'https://a.example' }] }
      const can = { ...menus, text: characters(200) }
      assert.match(said(tooMany, can)[0] ?? '', /4\. d/)
      assert.match(said(tooLong, can)[0] ?? '', /1\. A title/)
      assert.match(said(linked, can)[0] ?? '', /1\. A: https:\/\/a\.example/)
    })

    test('is a list, else buttons, else numbered lines', () => {
      assert.deepEqual(shown(list, menus), { kind: 'shown', parts: [list], rules: [] })
      const noLists = { ...menus, kinds: ['text', 'buttons'] } as const
      assert.deepEqual(shown(list, noLists), {
        kind: 'shown',
        parts: [
          {
            type: 'buttons',
            text: 'When?\nTen: early',
            buttons: [
              { id: 'a', title: 'Ten' },
              { id: 'b', title: 'Two' },
            ],
          },
        ],
        rules: ['list-as-buttons'],
      })
      assert.deepEqual(said(list, { ...plain, text: characters(99) }), [
        'When?\n\nMonday\n1. Ten: early\n2. Two',
      ])
    })
  })

  test('of contacts is cards, some in several messages, and words where there are none', () => {
    const bia = { name: 'Bia', phones: [{ value: '+5511', label: 'work' }] }
    const caio = { name: 'Caio', emails: [{ value: 'caio@example.org' }] }
    const contacts: Content = { type: 'contacts', contacts: [bia, bia, caio] }
    const cards = {
      ...plain,
      kinds: ['text', 'contacts'],
      contacts: { most: 2, needsPhone: true },
    } as const
    assert.deepEqual(said(contacts, cards), ['contacts', 'Caio\ncaio@example.org'])
    assert.deepEqual(said({ ...contacts, contacts: [bia] }), ['Bia\n+5511 (work)'])
  })

  test('of a template is its text where there are none, and nothing without one', () => {
    const template: Content = { type: 'template', name: 'ready', language: 'en' }
    assert.match(String(shown(template, plain)), /no templates/)
    assert.deepEqual(said({ ...template, text: 'Ready.' }), ['Ready.'])
  })

  test('of a reaction is the emoji as an answer where it cannot be one', () => {
    const reaction: Content = { type: 'reaction', emoji: '👍' }
    const hearts = { ...plain, kinds: ['text', 'reaction'], reactions: ['❤'] } as const
    assert.deepEqual(said({ type: 'reaction', emoji: '❤️' }, hearts), ['reaction'])
    assert.deepEqual(said(reaction, hearts), ['👍'])
    assert.deepEqual(said(reaction), ['👍'])
    assert.match(String(shown({ type: 'reaction', emoji: '' }, plain)), /take a reaction back/)
  })

  test('of a change is the new text anew where nothing can be changed, or not to one so long', () => {
    const edit: Content = { type: 'edit', text: 'new' }
    const can = { ...plain, kinds: ['text', 'edit'] } as const
    assert.deepEqual(said(edit, can), ['edit'])
    assert.deepEqual(said(edit), ['✏️ new'])
    const result = shown(edit, can, false)
    assert.deepEqual(typeof result !== 'string' && result.rules, ['edit-as-text'])
    assert.deepEqual(said({ ...edit, text: 'one two '.repeat(7) }, can).length, 2)
  })

  test('of what needs a message is nothing without one', () => {
    const can = { ...plain, kinds: ['delete', 'typing'], needsTarget: ['typing'] } as const
    assert.deepEqual(said({ type: 'delete' }, can), ['delete'])
    assert.match(String(shown({ type: 'delete' }, can, false)), /give replyTo/)
    assert.match(String(shown({ type: 'typing' }, can, false)), /give replyTo/)
    assert.match(String(shown({ type: 'read' }, can)), /nothing for content of type 'read'/)
  })

  test('is nothing at all on a channel without words, and says so', () => {
    assert.match(String(shown({ type: 'text', text: 'hi' }, { ...plain, kinds: [] })), /nothing/)
    const place: Content = { type: 'location', latitude: 1, longitude: 2 }
    assert.match(String(shown(place, { ...plain, kinds: [] })), /no text/)
  })
})
