import type { Content } from '../contract.ts'

type Button = Extract<Content, { type: 'buttons' }>['buttons'][number]

/** `reply_markup` with one button to a row: titles of any length are then readable on a phone. */
export function keyboardOf(buttons: readonly Button[]): object {
  return {
    inline_keyboard: buttons.map(({ title, id, url }) => [
      url === undefined ? { text: title, callback_data: id } : { text: title, url },
    ]),
  }
}
