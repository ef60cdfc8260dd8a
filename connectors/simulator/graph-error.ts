import type { Answer, RefusalFault } from './serve-send.ts'

/** https://developers.facebook.com/docs/graph-api/guides/error-handling */
export interface GraphError {
  readonly status: number
  readonly code: number
  readonly message: string
  readonly type?: string
  readonly subcode?: number
  readonly details?: string
  readonly headers?: { readonly [name: string]: string }
}

let traced = 0

/** The envelope of every Graph API error. WhatsApp's carries details and no subcode since v16. */
export function graphError(error: GraphError, product: 'whatsapp' | 'page'): Answer {
  const { status, code, message, type = 'OAuthException', subcode, details, headers } = error
  const body: { [name: string]: unknown } = { message: `(#${code}) ${message}`, type, code }
  if (subcode !== undefined) body['error_subcode'] = subcode
  if (product === 'whatsapp' && details !== undefined) {
    body['error_data'] = { messaging_product: 'whatsapp', details }
  }
  body['fbtrace_id'] = `A${(traced++).toString(36).padStart(22, '0')}`
  return headers ? { status, value: { error: body }, headers } : { status, value: { error: body } }
}

export const invalidToken: GraphError = {
  status: 401,
  code: 190,
  message: 'Invalid OAuth access token - Cannot parse access token',
}

export const noSuchObject = (id: string): GraphError => ({
  status: 400,
  code: 100,
  subcode: 33,
  type: 'GraphMethodException',
  message: `Unsupported post request. Object with ID '${id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation`,
})

export const badPath: GraphError = { status: 400, code: 2500, message: 'Unknown path components' }

export const invalidParameter = (details: string): GraphError => ({
  status: 400,
  code: 100,
  message: details,
  details,
})

/** The scripted faults in the words of the Graph API; `codes` are where the products differ. */
export function graphFault(
  fault: RefusalFault,
  hintSeconds: number,
  codes: { readonly sender: number; readonly conversation: number; readonly server: number },
): GraphError {
  switch (fault) {
    case 'throttle-with-hint':
      return {
        status: 429,
        code: codes.sender,
        message: 'Rate limit hit',
        details: 'Message failed to send because there were too many messages sent',
        headers: { 'retry-after': String(hintSeconds) },
      }
    case 'throttle-without-hint':
      return { status: 429, code: codes.sender, message: 'Rate limit hit' }
    case 'throttle-conversation':
      return {
        status: 400,
        code: codes.conversation,
        message: 'Pair rate limit hit',
        details: 'Too many messages sent to the same recipient in a short time',
      }
    case 'version-expired':
      return {
        status: 400,
        code: 2635,
        message:
          'You are calling a deprecated version of the API. Please update to the latest version',
      }
    case 'chat-migrated':
    case 'server-error':
      return { status: 500, code: codes.server, message: 'Something went wrong' }
    case 'token-expired':
      return {
        status: 401,
        code: 190,
        subcode: 463,
        message: 'Error validating access token: Session has expired',
      }
  }
}
