import type { Mark } from './fault-names.ts'
import type { Phone } from './phones.ts'
import type { PhoneMessage } from './record.ts'
import type { TelegramBot } from './telegram-bot.ts'
import { tapIdOf, telegramUpdate } from './telegram-update.ts'
import type { World } from './world.ts'

/** Tells the bot what a person wrote or did. */
export function telegramInbound(
  world: World,
  bot: TelegramBot,
  phone: Phone,
  message: PhoneMessage,
  marks: ReadonlySet<Mark>,
) {
  if (marks.has('album-split')) {
    letGo(bot, phone)
    const album = `${message.atMs}${message.seq}`
    const providerMessageId = String(bot.nextMessageId(phone.address))
    const second = world.phones.answer(phone, { ...message, providerMessageId })
    for (const part of [message, second]) {
      bot.webhooks.emit(phone.address, telegramUpdate(world, bot, phone, part, album), marks)
    }
    return
  }

  const update = telegramUpdate(world, bot, phone, message)
  const tapId = tapIdOf(update)
  if (tapId !== undefined) {
    bot.openTaps.add(tapId)
    bot.webhooks.emit(phone.address, update, marks)
    letGo(bot, phone)
    return
  }
  // Only a tap overtakes: what is written stays in order.
  letGo(bot, phone)
  if (marks.has('overtaken-by-tap')) {
    bot.overtaken.set(phone.address, { update, marks })
    world.timers.inBackground(Math.max(1, world.faults.plan.holdMs), () => {
      if (bot.overtaken.get(phone.address)?.update === update) letGo(bot, phone)
    })
    return
  }
  bot.webhooks.emit(phone.address, update, marks)
}

function letGo({ overtaken, webhooks }: TelegramBot, { address }: Phone) {
  const held = overtaken.get(address)
  if (!held) return
  overtaken.delete(address)
  webhooks.emit(address, held.update, held.marks)
}
