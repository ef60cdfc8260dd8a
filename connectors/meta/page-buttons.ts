import type { Content } from '../contract.ts'
import type { PageMessage } from './page-send.ts'

type Buttons = Extract<Content, { type: 'buttons' }>

/**
 * Buttons as quick replies, of which there may be many, or as the button template, whose buttons may open links. A tap on
 * either comes back with what we gave as `id`.
 */
export function pageButtons({ text, buttons }: Buttons): PageMessage {
  if (buttons.every(({ url }) => url === undefined)) {
    const quick_replies = buttons.map(({ id, title }) => ({
      content_type: 'text',
      title,
      payload: id,
    }))
    return { text, quick_replies }
  }
  const own = buttons.map(({ title, id, url }) =>
    url === undefined ? { type: 'postback', title, payload: id } : { type: 'web_url', title, url },
  )
  const payload = { template_type: 'button', text, buttons: own }
  return { attachment: { type: 'template', payload } }
}
