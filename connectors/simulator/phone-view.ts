import type { Phone } from './phones.ts'

/** A phone as the control API shows it, without its messages. */
export function phoneView(phone: Phone): object {
  const { channel, address, name, demo, windows, looking, gone, arrived, unread, messages } = phone
  return {
    channel,
    address,
    name,
    demo,
    windows,
    looking,
    gone,
    arrived,
    unread: unread.length,
    last: messages.at(-1)?.atMs ?? null,
  }
}
