import type { ContentKind } from '../domain/content.ts'
import type { Content } from './contract.ts'

const media = (type: 'image' | 'document' | 'audio' | 'video' | 'sticker', name: string) =>
  ({ type, url: `https://files.example.org/${name}` }) as const

/**
 * A short, common example of each kind that may be sent, with all that makes it of its kind: what the table in
 * docs/channels.md is made of, and what the test of all kinds on all channels sends.
 */
export const sampleContents: Readonly<
  Record<Exclude<ContentKind, 'choice' | 'unsupported'>, Content>
> = {
  text: { type: 'text', text: 'Hello Ana' },
  image: { ...media('image', 'cat.jpg'), mimeType: 'image/jpeg' },
  document: {
    ...media('document', 'terms.pdf'),
    mimeType: 'application/pdf',
    filename: 'terms.pdf',
  },
  audio: { ...media('audio', 'hello.m4a'), mimeType: 'audio/mp4' },
  video: { ...media('video', 'tour.mp4'), mimeType: 'video/mp4' },
  sticker: { ...media('sticker', 'wave.webp'), mimeType: 'image/webp' },
  location: { type: 'location', latitude: -23.5614, longitude: -46.6559, name: 'Avenida Paulista' },
  contacts: {
    type: 'contacts',
    contacts: [{ name: 'Bia Lima', phones: [{ value: '+5511912345678' }] }],
  },
  template: {
    type: 'template',
    name: 'order_ready',
    language: 'pt_BR',
    parameters: [{ part: 'body', kind: 'text', value: 'Ana' }],
    text: 'Ana, your order is ready.',
  },
  buttons: {
    type: 'buttons',
    text: 'Shall we deliver today?',
    buttons: [
      { id: 'yes', title: 'Yes' },
      { id: 'no', title: 'No' },
    ],
  },
  list: {
    type: 'list',
    text: 'When shall we come?',
    button: 'Times',
    sections: [
      {
        title: 'Tomorrow',
        rows: [
          { id: 't10', title: '10:00', description: 'morning' },
          { id: 't15', title: '15:00', description: 'afternoon' },
        ],
      },
    ],
  },
  reaction: { type: 'reaction', emoji: '❤️' },
  edit: { type: 'edit', text: 'Hello Ana, once more' },
  delete: { type: 'delete' },
  typing: { type: 'typing' },
  read: { type: 'read' },
}
