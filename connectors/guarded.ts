import { type Account, type ConnectorFactory, type FetchOutcome, HttpFailure } from './contract.ts'
import { lostAnswer } from './lost-answer.ts'

/**
 * Puts a connector behind the promises that no connector may break, in one place: nothing is thrown, and no
 * secret of the account stands in an outcome (Meta repeats a malformed token in its error text).
 */
export function guarded(create: ConnectorFactory): ConnectorFactory {
  return (tools) => {
    const { channel, capabilities, send, fetchMedium, webhook, canonicalAddress, ...more } =
      create(tools)
    const { isGroupAddress, parse } = more

    return {
      channel,
      capabilities,
      canonicalAddress: (address) => otherwise(undefined, () => canonicalAddress(address)),

      ...(isGroupAddress && {
        isGroupAddress: (address: string) => otherwise(false, () => isGroupAddress(address)),
      }),

      async send(outbound, account, signal) {
        try {
          return withoutSecrets(await send(outbound, account, signal), account)
        } catch (error) {
          return withoutSecrets(lostAnswer(error), account)
        }
      },

      ...(fetchMedium && {
        async fetchMedium(medium, account, signal) {
          try {
            return withoutSecrets(await fetchMedium(medium, account, signal), account)
          } catch (error) {
            // A parser or a network: either way nothing was done that could be done twice.
            const detail = error instanceof HttpFailure ? error.message : 'fetching failed'
            return withoutSecrets<FetchOutcome>({ kind: 'retry', detail }, account)
          }
        },
      }),

      webhook: {
        verify: (request, endpoint) => otherwise(false, () => webhook.verify(request, endpoint)),
        handshake: (request, endpoint) =>
          otherwise(null, () => webhook.handshake(request, endpoint)),
        split: (body, endpoint) =>
          otherwise([{ account: null, chat: '', item: body, context: none }], () =>
            webhook.split(body, endpoint),
          ),
        ...(webhook.answer && {
          answer: (body: Uint8Array) => otherwise(undefined, () => webhook.answer?.(body)),
        }),
      },

      // Not by `otherwise`: it is called for each item, and rarely throws.
      parse(item, context, receivedAtMs) {
        try {
          return parse(item, context, receivedAtMs)
        } catch {
          return [{ kind: 'unsupported', account: null, why: 'the parser failed on it' }]
        }
      },
    }
  }
}

const none = new Uint8Array()
const maxDetail = 500

function otherwise<Value>(fallback: Value, run: () => Value): Value {
  try {
    return run()
  } catch {
    return fallback
  }
}

function withoutSecrets<Outcome extends { readonly kind: string; readonly detail?: string }>(
  outcome: Outcome,
  { secrets }: Account,
): Outcome {
  if (outcome.detail === undefined) return outcome
  let { detail } = outcome
  for (const secret of Object.values(secrets)) {
    if (secret === '') continue
    detail = detail
      .replaceAll(secret, '[secret]')
      .replaceAll(encodeURIComponent(secret), '[secret]')
  }
  return { ...outcome, detail: detail.slice(0, maxDetail).toWellFormed() }
}
