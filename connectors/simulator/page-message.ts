import type { Button, Content, MediaKind } from '../../domain/content.ts'
import { isObject } from './exchange.ts'
import { type GraphError, invalidParameter } from './graph-error.ts'
import { listIn, textIn } from './loose-body.ts'
import { readTemplate } from './read-template.ts'

type Body = { readonly [name: string]: unknown }

/** What Messenger and Instagram differ in, where they read a message. */
export interface PageRules {
  /** Length of the text in the channel's unit, and its most. */
  textLength(text: string): number
  readonly maxText: number
}

export interface PageMessage {
  readonly content: Content
  readonly metadata: string | null
}

const kinds: { readonly [type: string]: MediaKind } = {
  image: 'image',
  video: 'video',
  audio: 'audio',
  file: 'document',
}

/** Reads `message`; `uploaded` is the id of a file that came in the same request, `known` tells of earlier ones. */
export function readPageMessage(
  message: Body,
  rules: PageRules,
  uploaded: string | null,
  known: (attachmentId: string) => boolean,
): PageMessage | { readonly error: GraphError } {
  const { text, metadata } = message
  // Instagram takes a list of pictures too; what is one here stays one.
  const list = message['attachments']
  const attachment = message['attachment'] ?? (Array.isArray(list) ? list[0] : undefined)
  if (metadata !== undefined && (typeof metadata !== 'string' || metadata.length > 1000)) {
    return refuse('Length of param message[metadata] must be less than or equal to 1000')
  }
  const given = typeof metadata === 'string' ? metadata : null

  if (attachment !== undefined) {
    if (text !== undefined) return refuse('Cannot send text and attachment together', 2018034)
    if (!isObject(attachment)) return refuse('message[attachment] must be an object')
    const content = attached(attachment, uploaded, known)
    return 'error' in content ? content : { content, metadata: given }
  }
  if (isObject(message['template'])) {
    return { content: readTemplate(message['template']), metadata: given }
  }
  if (typeof text !== 'string' || text === '') {
    return refuse('Message cannot be empty, must provide valid attachment or text', 2018034)
  }
  if (rules.textLength(text) > rules.maxText) {
    return refuse(`Length of param message[text] must be less than or equal to ${rules.maxText}`)
  }
  const replies = listIn(message, 'quick_replies')
  if (replies.length === 0) return { content: { type: 'text', text }, metadata: given }
  const buttons = replies.map((each) => ({
    title: textIn(each, 'title') ?? '',
    id: textIn(each, 'payload') ?? '',
  }))
  const content = menu(text, buttons, 13)
  return 'error' in content ? content : { content, metadata: given }
}

function menu(
  text: string,
  buttons: readonly Button[],
  most: number,
): Content | { readonly error: GraphError } {
  if (buttons.length === 0 || buttons.length > most)
    return refuse(`At most ${most} buttons`, 2018041)
  if (buttons.some(({ title }) => title === '' || title.length > 20)) {
    return refuse('Length of param title must be less than or equal to 20', 2018053)
  }
  return { type: 'buttons', text, buttons }
}

function attached(
  { type, payload }: Body,
  uploaded: string | null,
  known: (attachmentId: string) => boolean,
): Content | { readonly error: GraphError } {
  const part = isObject(payload) ? payload : {}
  if (type === 'template' && part['template_type'] === 'button') {
    const text = textIn(part, 'text') ?? ''
    if (text === '' || text.length > 640) return refuse('Param text must be 1 to 640 characters')
    const buttons = listIn(part, 'buttons').map((each) => {
      const title = textIn(each, 'title') ?? ''
      const url = textIn(each, 'url')
      return url === undefined ? { title, id: textIn(each, 'payload') ?? '' } : { title, url }
    })
    return menu(text, buttons, 3)
  }
  if (type === 'template') {
    return { type: 'unsupported', kind: 'template', raw: JSON.stringify(payload) }
  }
  const kind = typeof type === 'string' ? kinds[type] : undefined
  if (!kind) return refuse('message[attachment][type] must be one of image, video, audio, file')
  const { url, attachment_id: id } = part
  if (typeof url === 'string') {
    if (/^https?:\/\//.test(url)) return { type: kind, url }
    return refuse('Param url is not a valid URL')
  }
  if (typeof id === 'string') {
    if (known(id)) return { type: kind, mediaId: id }
    return refuse('The attachment_id could not be found', 2018074)
  }
  if (uploaded !== null) return { type: kind, mediaId: uploaded }
  return refuse('Incorrect attachment: one of url and attachment_id is required', 2018034)
}

function refuse(message: string, subcode?: number): { readonly error: GraphError } {
  const error = invalidParameter(message)
  return { error: subcode === undefined ? error : { ...error, subcode } }
}
