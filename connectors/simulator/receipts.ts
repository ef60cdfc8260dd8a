import type { WebhookFault } from './fault-names.ts'
import type { Verdict } from './faults.ts'
import type { Phone } from './phones.ts'
import type { PhoneMessage } from './record.ts'
import type { Span } from './settings.ts'
import type { Platform, World } from './world.ts'

const nothing: ReadonlySet<WebhookFault> = new Set()

/**
 * Lets the receipts of an arrived message come on their own time: sent, then delivered, then read
 * as soon as the person looks at the phone. Each waits for the one before it; faults change that.
 */
export function followUp(
  world: World,
  platform: Platform,
  phone: Phone,
  message: PhoneMessage,
  verdict: Verdict,
): void {
  const { settings, timers, phones, faults } = world
  const { key, webhook } = verdict
  const wait = (step: keyof typeof settings.latencies) =>
    within(settings.latencies[step], faults.chance(`${step} ${key}`))
  // A late first receipt is what reorders them; the others keep their time.
  const first = webhook
  const later = without(webhook, 'reordered-webhooks', 'bad-signature')

  timers.after(wait('sent'), () => {
    phones.setStatus(message, 'sent')
    platform.receipt(message, { status: 'sent', atMs: settings.nowMs(), marks: first })
    timers.after(wait('delivered'), delivered)
  })

  function delivered() {
    phones.setStatus(message, 'delivered')
    const atMs = settings.nowMs()
    if (!webhook.has('read-without-delivered')) {
      platform.receipt(message, { status: 'delivered', atMs, marks: later })
    }
    if (webhook.has('delivered-and-failed')) {
      platform.receipt(message, { status: 'failed', atMs, marks: nothing, code: 131026 })
    }
    phone.unread.push({ message, marks: later })
    if (phone.unread.length > settings.keep.perPhone) phone.unread.shift()
    if (phone.looking) timers.after(wait('read'), () => readOne(world, platform, phone, message))
  }
}

/** The person looks: all that was delivered is read. Answers how many. */
export function readAll(world: World, platform: Platform, phone: Phone): number {
  const waiting = phone.unread.splice(0)
  for (const { message, marks } of waiting) tellRead(world, platform, message, marks)
  return waiting.length
}

function readOne(world: World, platform: Platform, phone: Phone, message: PhoneMessage) {
  // Looked away meanwhile, or read by hand already.
  if (!phone.looking) return
  const index = phone.unread.findIndex((each) => each.message === message)
  const [found] = index < 0 ? [] : phone.unread.splice(index, 1)
  if (found) tellRead(world, platform, message, found.marks)
}

function tellRead(
  world: World,
  platform: Platform,
  message: PhoneMessage,
  marks: ReadonlySet<WebhookFault>,
) {
  world.phones.setStatus(message, 'read')
  platform.receipt(message, { status: 'read', atMs: world.settings.nowMs(), marks })
}

function within([from, to]: Span, draw: number): number {
  return from + (to - from) * draw
}

function without(
  marks: ReadonlySet<WebhookFault>,
  ...gone: readonly WebhookFault[]
): ReadonlySet<WebhookFault> {
  if (!gone.some((fault) => marks.has(fault))) return marks
  return new Set([...marks].filter((fault) => !gone.includes(fault)))
}
