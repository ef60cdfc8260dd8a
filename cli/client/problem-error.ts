import { Chat4AllError, type ErrorCode, errorCodes } from '../../topology/contract/errors.ts'

/** An answer that is a refusal (RFC 9457), as the error that the hub threw. */
export function problemError(status: number, text: string): Chat4AllError {
  const { code, title, detail } = fieldsOf(text)
  if (isOurs(code)) return new Chat4AllError(code, explanationOf(title, detail))
  return new Chat4AllError(
    byStatus[status] ?? (status < 500 ? 'C4A_BAD_REQUEST' : 'C4A_UNAVAILABLE'),
    {
      what: `The answer is ${status}`,
      why: detail || 'it does not say more, and what answers may be no Chat4All hub',
      todo: 'Check --url and C4A_URL',
    },
  )
}

const byStatus: Readonly<Record<number, ErrorCode>> = {
  401: 'C4A_UNAUTHENTICATED',
  403: 'C4A_FORBIDDEN',
  404: 'C4A_NOT_FOUND',
  429: 'C4A_TOO_MANY_REQUESTS',
}

const isOurs = (code: string): code is ErrorCode => Object.hasOwn(errorCodes, code)

/** `detail` is written as "what: why. todo."; its parts are for our own error, whose text is the same again. */
function explanationOf(title: string, detail: string) {
  const rest = detail.startsWith(`${title}: `) ? detail.slice(title.length + 2) : detail
  const sentences = rest.replace(/\.$/, '')
  const cut = sentences.lastIndexOf('. ')
  if (cut < 0) return { what: title, why: sentences, todo: 'See the documentation at /docs' }
  return { what: title, why: sentences.slice(0, cut), todo: sentences.slice(cut + 2) }
}

function fieldsOf(text: string): Readonly<Record<'code' | 'title' | 'detail', string>> {
  let problem: unknown
  try {
    problem = JSON.parse(text)
  } catch {
    problem = {}
  }
  const fields = (typeof problem === 'object' && problem !== null ? problem : {}) as Record<
    string,
    unknown
  >
  const field = (name: string) => (typeof fields[name] === 'string' ? fields[name] : '')
  return { code: field('code'), title: field('title'), detail: field('detail') }
}
