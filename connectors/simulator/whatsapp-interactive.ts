import type { Content } from '../../domain/content.ts'
import { isObject } from './exchange.ts'
import { type GraphError, invalidParameter } from './graph-error.ts'
import { listIn, textIn } from './loose-body.ts'

type Body = { readonly [name: string]: unknown }
type Read = { readonly content: Content } | { readonly error: GraphError }

const refuse = (why: string): Read => ({ error: invalidParameter(why) })

/** `interactive`: reply buttons and lists as they are, with the limits of channels.md, section 2.3; other types keep their name. */
export function readInteractive(part: Body): Read {
  const { type, action } = part
  const text = isObject(part['body']) ? textIn(part['body'], 'text') : undefined
  if (!isObject(action)) return refuse('Param interactive.action is required')
  if (type !== 'button' && type !== 'list') {
    return { content: { type: 'unsupported', kind: String(type), raw: JSON.stringify(part) } }
  }
  if (text === undefined || text.length > 1024) return refuse('Param interactive.body is not valid')
  const header = isObject(part['header']) ? textIn(part['header'], 'text') : undefined
  const footer = isObject(part['footer']) ? textIn(part['footer'], 'text') : undefined
  const around = {
    text,
    ...(header === undefined ? {} : { header }),
    ...(footer === undefined ? {} : { footer }),
  }
  return type === 'button' ? buttons(around, action) : list(around, action)
}

interface Around {
  readonly text: string
  readonly header?: string
  readonly footer?: string
}

function buttons(around: Around, action: Body): Read {
  const replies = listIn(action, 'buttons').flatMap((each) => {
    const reply = isObject(each['reply']) ? each['reply'] : {}
    const [id, title] = [textIn(reply, 'id'), textIn(reply, 'title')]
    return id === undefined || title === undefined ? [] : [{ id, title }]
  })
  if (replies.length === 0 || replies.length > 3) return refuse('1 to 3 buttons are allowed')
  if (replies.some(({ id, title }) => id.length > 256 || title.length > 20)) {
    return refuse('Button title length invalid. Min length: 1, Max length: 20')
  }
  return { content: { type: 'buttons', ...around, buttons: replies } }
}

function list(around: Around, action: Body): Read {
  const button = textIn(action, 'button')
  if (button === undefined || button.length > 20) return refuse('Param action.button is not valid')
  const sections = listIn(action, 'sections').map((section) => {
    const title = textIn(section, 'title')
    const rows = listIn(section, 'rows').map((row) => {
      const description = textIn(row, 'description')
      return {
        id: textIn(row, 'id') ?? '',
        title: textIn(row, 'title') ?? '',
        ...(description === undefined ? {} : { description }),
      }
    })
    return { ...(title === undefined ? {} : { title }), rows }
  })
  const rows = sections.flatMap((section) => section.rows)
  if (rows.length === 0 || rows.length > 10)
    return refuse('Total row count exceed max allowed count: 10')
  const isLong = rows.some(
    ({ id, title, description = '' }) =>
      id === '' || title === '' || id.length > 200 || title.length > 24 || description.length > 72,
  )
  if (isLong || sections.some(({ title = '' }) => title.length > 24)) {
    return refuse('A row or section of the list is too long or empty')
  }
  return { content: { type: 'list', ...around, button, sections } }
}
