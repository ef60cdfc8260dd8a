import { createHash } from 'node:crypto'
import { headerNames } from '../../domain/headers.ts'
import { inAppId } from '../../domain/in-app-id.ts'
import { instant } from '../../domain/instant.ts'
import type { InboundItem } from '../../schemas/types.ts'
import type { Rate } from '../../storage/ports/rate-limits.ts'
import { Chat4AllError } from '../../topology/contract/errors.ts'
import { engineHeaders } from '../../topology/contract/headers.ts'
import type { NewRecord } from '../../topology/contract/record.ts'
import type { Caller } from '../auth/caller.ts'
import type { Person } from '../in-app/person.ts'
import { personTokens } from '../in-app/person-tokens.ts'
import type { GatewayTools } from '../tools.ts'
import { accountFinder } from './account-finder.ts'
import { appendOrFail } from './append-or-fail.ts'

/** After its check against schemas/in-app. */
export interface PersonTokenRequest {
  readonly address: string
  readonly account?: string
  readonly seconds: number
}

export interface PersonTokenJson {
  readonly token: string
  readonly participantId: string
  readonly account: string
  readonly address: string
  readonly expiresAt: string
}

/** What a person's program sends, after its check against schemas/in-app. */
export type PersonFrame =
  | {
      readonly type: 'send'
      /** The person's own; sent again under the same id it is one message. */
      readonly id: string
      readonly replyTo?: string
      /** Where they are to be heard; without it the hub decides. */
      readonly conversationId?: string
      readonly content: { readonly type: string }
    }
  | { readonly type: 'delivered' | 'read'; readonly ids: readonly string[] }

/** Stands in no log. */
export interface HintFrame {
  readonly type: 'watch' | 'unwatch' | 'typing'
  readonly conversationId: string
}

export interface InAppOperations {
  /** Throws C4A_UNPROCESSABLE where the channel or the account is not served, or the address is none. */
  createToken(request: PersonTokenRequest, caller: Caller): PersonTokenJson
  /** Whom a client speaks for, who may make a token for anybody anyway. Throws as `createToken`. */
  person(request: PersonTokenRequest, caller: Caller): Person
  /** Throws C4A_UNAUTHENTICATED. */
  bearer(token: string): Person
  /** Throws C4A_BAD_REQUEST. */
  frame(value: unknown): PersonFrame | HintFrame
  /**
   * Resolves when all of it is on stable storage, in the order given. Throws C4A_TOO_MANY_REQUESTS, and C4A_UNAVAILABLE:
   * then it may or may not be there, and may be sent again.
   */
  take(person: Person, frames: readonly PersonFrame[], traceparent: string): Promise<void>
}

type Tools = Pick<
  GatewayTools,
  'broker' | 'codec' | 'clock' | 'ids' | 'channels' | 'topics' | 'revision' | 'rateLimits'
>

const channel = 'in-app'

export function inAppOperations(
  tools: Tools,
  check: (value: unknown) => PersonFrame | HintFrame,
  rate: Rate,
): InAppOperations {
  const { broker, codec, clock, ids, channels, topics, revision } = tools
  const tokens = personTokens(ids)
  const findAccount = accountFinder(channels)

  function person({ address, account, seconds }: PersonTokenRequest, { tenant }: Caller): Person {
    const to = { channel, address, ...(account !== undefined && { account }) }
    const found = findAccount(to, tenant)
    const participantId = ids.participant(tenant, channel, found.account, found.address)
    const expiresAtS = Math.floor(clock.now() / 1_000) + seconds
    return { tenant, ...found, participantId, expiresAtS }
  }

  function recordOf(
    { tenant, account, address, participantId }: Person,
    item: object,
    receivedAt: number,
    traceparent: string,
  ): NewRecord {
    const externalId =
      channels.get(channel)?.accounts.find(({ id }) => id === account)?.externalId ?? account
    const bytes = Buffer.from(JSON.stringify({ ...item, address, atMs: receivedAt }))
    const value: InboundItem = {
      tenant,
      channel,
      endpoint: 'socket',
      account,
      item: bytes,
      context: Buffer.from(JSON.stringify({ account: externalId })),
      bodyHash: createHash('sha256').update(participantId).update(bytes).digest('hex'),
      index: 0,
      count: 1,
      receivedAt,
    }
    return {
      topic: topics.inbound[channel] ?? `inbound.${channel}`,
      key: participantId,
      value: codec.encode('InboundItem', value),
      headers: {
        [headerNames.tenant]: tenant,
        [headerNames.acceptedAt]: String(receivedAt),
        [headerNames.traceparent]: traceparent,
        [engineHeaders.revision]: revision,
      },
      timestampMs: receivedAt,
    }
  }

  return {
    person,

    createToken(request, caller) {
      const { participantId, ...about } = person(request, caller)
      const { account, address, expiresAtS } = about
      const expiresAt = instant(expiresAtS * 1_000)
      return { token: tokens.token(about), participantId, account, address, expiresAt }
    },

    bearer(token) {
      const found = tokens.read(token, clock.now())
      if (found) return found
      throw new Chat4AllError('C4A_UNAUTHENTICATED', {
        what: 'The token was not accepted',
        why: 'it is not one of ours, or its time is over',
        todo: 'Ask your own server for another, which gets it from POST /v1/in-app/tokens',
      })
    },

    frame(value) {
      const frame = check(value)
      if (frame.type !== 'send' || frame.replyTo !== undefined) return frame
      const { type } = frame.content
      if (aboutAnother.has(type)) throw aboutNothing(type)
      return frame
    },

    async take(whose, frames, traceparent) {
      const { tenant, participantId } = whose
      const waitMs = tools.rateLimits.take(`in-app/${tenant}/${participantId}`, frames.length, rate)
      if (waitMs > 0) throw tooFast(rate, waitMs)
      const now = clock.now()
      const [first, ...rest] = frames
        .flatMap((frame) => itemsOf(participantId, frame))
        .map((item) => recordOf(whose, item, now, traceparent))
      if (first) await appendOrFail(broker, [first, ...rest])
    },
  }
}

function itemsOf(participantId: string, frame: PersonFrame): readonly object[] {
  if (frame.type !== 'send') {
    return frame.ids.map((id) => ({
      kind: 'receipt',
      id: inAppId(participantId, id),
      status: frame.type,
    }))
  }
  const { id, replyTo, conversationId, content } = frame
  const about = replyTo === undefined ? {} : { replyTo: inAppId(participantId, replyTo) }
  const where = conversationId === undefined ? {} : { conversationId }
  return [{ kind: 'message', id: inAppId(participantId, id), ...about, ...where, content }]
}

const tooFast = ({ perSecond, burst }: Rate, retryAfterMs: number): Chat4AllError =>
  new Chat4AllError(
    'C4A_TOO_MANY_REQUESTS',
    {
      what: 'This person sends too fast',
      why: `there may be ${perSecond} frames a second, and ${burst} at once; none of these was taken`,
      todo: 'Send them again in a moment, unchanged',
    },
    { retryAfterMs },
  )

const aboutAnother: ReadonlySet<string> = new Set(['edit', 'delete', 'reaction', 'choice'])

const aboutNothing = (kind: string): Chat4AllError =>
  new Chat4AllError('C4A_BAD_REQUEST', {
    what: `The ${kind} is about nothing`,
    why: "the frame has no 'replyTo'",
    todo: "Name the message in 'replyTo': an item's id, or the id that you sent with your own",
  })
