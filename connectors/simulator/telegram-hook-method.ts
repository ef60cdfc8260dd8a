import type { Answer } from './serve-send.ts'
import { telegramError, telegramOk } from './telegram-answer.ts'
import type { TelegramBot } from './telegram-bot.ts'
import type { TelegramForm } from './telegram-form.ts'

/** The methods about updates; undefined for any other. */
export function telegramHookMethod(
  method: string,
  form: TelegramForm,
  { webhooks }: TelegramBot,
): Answer | undefined {
  switch (method) {
    case 'setWebhook': {
      const url = form.text('url') ?? ''
      const secretToken = form.text('secret_token') ?? ''
      if (form.text('drop_pending_updates') === 'true') webhooks.drop()
      if (url === '') return remove()
      // The real one wants https on four ports; a hub on this machine has neither.
      if (!/^https?:\/\/[^/]+/.test(url)) {
        return telegramError(400, 'Bad Request: bad webhook: invalid webhook URL specified')
      }
      if (!/^[\w-]{0,256}$/.test(secretToken)) {
        return telegramError(400, 'Bad Request: secret token contains unallowed characters')
      }
      webhooks.hook = { url, secretToken }
      return { status: 200, value: { ok: true, result: true, description: 'Webhook was set' } }
    }
    case 'deleteWebhook':
      if (form.text('drop_pending_updates') === 'true') webhooks.drop()
      return remove()
    case 'getWebhookInfo': {
      const { hook, lastError } = webhooks
      const told = lastError && {
        last_error_date: Math.floor(lastError.atMs / 1000),
        last_error_message: lastError.message,
      }
      return telegramOk({
        url: hook?.url ?? '',
        has_custom_certificate: false,
        pending_update_count: webhooks.waiting().length,
        ...told,
        max_connections: 40,
      })
    }
    case 'getUpdates': {
      if (webhooks.hook) {
        const why =
          "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
        return telegramError(409, `Conflict: ${why}`)
      }
      const offset = form.number('offset')
      // Asking from an offset on confirms all before it.
      if (offset !== undefined) webhooks.drop(offset - 1)
      return telegramOk(webhooks.waiting().slice(0, form.number('limit') ?? 100))
    }
    default:
      return undefined
  }

  function remove(): Answer {
    webhooks.hook = null
    return { status: 200, value: { ok: true, result: true, description: 'Webhook was deleted' } }
  }
}
