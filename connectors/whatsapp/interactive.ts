import type { Content } from '../contract.ts'

type Of<Kind extends Content['type']> = Extract<Content, { type: Kind }>

/** `interactive` of a message: reply buttons or a list (Meta's OpenAPI v23, InteractiveObject). */
export function interactivePart(content: Of<'buttons'> | Of<'list'>): object {
  const { text, header, footer } = content
  return {
    type: content.type === 'buttons' ? 'button' : 'list',
    ...(header && { header: { type: 'text', text: header } }),
    body: { text },
    ...(footer && { footer: { text: footer } }),
    action: content.type === 'buttons' ? buttonsAction(content) : listAction(content),
  }
}

const buttonsAction = ({ buttons }: Of<'buttons'>) => ({
  buttons: buttons.map(({ id, title }) => ({ type: 'reply', reply: { id, title } })),
})

const listAction = ({ button, sections }: Of<'list'>) => ({
  button,
  sections: sections.map(({ title, rows }) => ({ ...(title && { title }), rows })),
})
