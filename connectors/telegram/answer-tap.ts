import { fieldsOf, parseJson, textOf } from '../loose-json.ts'

/**
 * Ends the waiting circle on a button that was tapped: what a bot answers an update with may be a call of its own
 * (core.telegram.org/bots/api#making-requests-when-getting-updates). So it costs no request, comes within the seconds that a tap is
 * open for, and only when the tap is stored.
 */
export function answerTap(body: Uint8Array): object | undefined {
  const { callback_query } = fieldsOf<'callback_query'>(parseJson(body))
  const callback_query_id = textOf(fieldsOf<'id'>(callback_query).id)
  return callback_query_id === undefined
    ? undefined
    : { method: 'answerCallbackQuery', callback_query_id }
}
