import { createHmac } from 'node:crypto'
import type { Script } from './scripted-platform.ts'

/** A Graph error as Meta writes it; `code` may be `code/subcode`. */
export function graphError(status: number, code: string, words = 'words'): Script {
  const [main, subcode] = code.split('/').map(Number)
  const error = { message: words, type: 'OAuthException', code: main, fbtrace_id: 'AbC' }
  return {
    status,
    body: { error: subcode === undefined ? error : { ...error, error_subcode: subcode } },
  }
}

/** What the three Meta channels share in the connector suite. */
export const metaSubject = {
  throttled: {
    hinted: {
      ...(graphError(400, '4') as Exclude<Script, string>),
      headers: {
        'x-business-use-case-usage': JSON.stringify({
          '102290129340398': [
            { type: 'messages', call_count: 100, estimated_time_to_regain_access: 3 },
            { type: 'messages', call_count: 20, estimated_time_to_regain_access: 0 },
          ],
        }),
        'retry-after': '20',
      },
    },
    hintMs: 180_000,
    bare: graphError(429, '80007'),
  },
  refusal: (words: string) => graphError(401, '190', words),
  serverError: graphError(500, '2'),
  sign: (body: Uint8Array, secret: string) => ({
    'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
  }),
  signShort: (body: Uint8Array, secret: string) => ({
    'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex').slice(0, 62)}`,
  }),
  proofCoversBody: true,
  endpointAccount: null,
} as const
