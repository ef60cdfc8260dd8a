import type { HubApi } from './hub-api.ts'
import { again, type Item, type ItemAnswer, refused, requestOf, type Sender } from './sender.ts'

interface AnswerBody {
  readonly status?: unknown
  readonly conversationId?: string
  readonly detail?: string
  readonly items?: readonly (AnswerBody & { readonly error?: { readonly detail?: string } })[]
}

export const restSingle = (api: HubApi): Sender => ({
  name: 'POST /v1/messages',
  most: 1,
  async send([item]) {
    if (!item) return []
    const answer = await api.post('/v1/messages', requestOf(item)).catch(unanswered)
    if (answer instanceof Error) return [again(answer.message)]
    const body = answer.body as AnswerBody
    return [answer.status === 202 ? accepted(body) : notAccepted(answer.status, body)]
  },
})

export const restBatch = (api: HubApi): Sender => ({
  name: 'POST /v1/messages:batch',
  most: 10,
  async send(items) {
    const messages = items.map(requestOf)
    const answer = await api.post('/v1/messages:batch', { messages }).catch(unanswered)
    if (answer instanceof Error) return items.map(() => again(answer.message))
    const body = answer.body as AnswerBody
    if (answer.status !== 202 && answer.status !== 207) {
      return items.map(() => notAccepted(answer.status, body))
    }
    return answersOf(items, body.items ?? [])
  },
})

/** By item, as REST and gRPC both tell it. */
export function answersOf(
  items: readonly Item[],
  told: readonly (AnswerBody & { readonly error?: { readonly detail?: string } | null })[],
): readonly ItemAnswer[] {
  return items.map((_, index) => {
    const { status, conversationId, error } = told[index] ?? {}
    if (status === 'accepted' && conversationId) return { kind: 'accepted', conversationId }
    if (status === 'unavailable' || status === 'not-attempted') return again(String(status))
    return refused(`item answered '${status}': ${error?.detail ?? 'no detail'}`)
  })
}

const accepted = ({ conversationId }: AnswerBody): ItemAnswer =>
  conversationId === undefined
    ? refused('a 202 without a conversationId')
    : { kind: 'accepted', conversationId }

/** 503 and 429 ask for a repetition; anything else is no answer to a request as plain as ours. */
const notAccepted = (status: number, { detail = '' }: AnswerBody): ItemAnswer =>
  status === 503 || status === 429
    ? again(`answered ${status}`)
    : refused(`answered ${status}: ${detail}`)

const unanswered = (error: unknown): Error =>
  error instanceof Error ? error : new Error(String(error))
