import type { ErrorObject } from 'ajv'
import { Chat4AllError, type ErrorCode, errorCodes } from '../../topology/contract/errors.ts'
import { invalid } from '../operations/invalid.ts'

/** RFC 9457 problem details, with our code. */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly instance: string
  readonly code: ErrorCode
  readonly retryable: boolean
}

export function problemOf(error: Chat4AllError, requestId: string): Problem {
  const { status, retryable } = errorCodes[error.code]
  return {
    type: `urn:chat4all:error:${error.code}`,
    title: error.explanation.what,
    status,
    detail: error.message,
    instance: `urn:chat4all:request:${requestId}`,
    code: error.code,
    retryable,
  }
}

/** The header Retry-After: whole seconds, one where nothing better is known. */
export const retryAfter = ({ retryAfterMs = 1_000 }: Chat4AllError): string =>
  String(Math.max(1, Math.ceil(retryAfterMs / 1_000)))

/** Whatever was thrown, as one of our errors. Nothing of an unforeseen one reaches the caller. */
export function asChat4AllError(thrown: unknown): Chat4AllError {
  if (thrown instanceof Chat4AllError) return thrown
  const { code, statusCode, validation, validationContext, message } = fieldsOf(thrown)
  if (validation !== undefined) return invalid(validation, parts[validationContext ?? 'body'])
  const known = frameworkErrors[code ?? '']
  if (known !== undefined) return known(message)
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    const explanation = { what: 'The request is not valid', why: message, todo: 'See /docs' }
    return new Chat4AllError('C4A_BAD_REQUEST', explanation, { cause: thrown })
  }
  return new Chat4AllError(
    'C4A_INTERNAL',
    {
      what: 'The request could not be answered',
      why: 'something went wrong on our side',
      todo: "Tell the operator this answer's instance",
    },
    { cause: thrown },
  )
}

const parts: Readonly<Record<string, string>> = {
  body: 'The body',
  querystring: 'The query',
  params: 'The path',
  headers: 'The headers',
}

/** Fastify's own codes, in our words. */
const frameworkErrors: Readonly<Record<string, (message: string) => Chat4AllError>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: () =>
    new Chat4AllError('C4A_TOO_LARGE', {
      what: 'The body is too large',
      why: 'it is longer than this endpoint takes',
      todo: 'Send less at once; big files go to POST /v1/blobs',
    }),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () =>
    new Chat4AllError('C4A_UNSUPPORTED_MEDIA_TYPE', {
      what: 'The content type is not taken here',
      why: 'this endpoint reads JSON',
      todo: "Send 'Content-Type: application/json'",
    }),
  FST_ERR_CTP_EMPTY_JSON_BODY: () =>
    new Chat4AllError('C4A_BAD_REQUEST', {
      what: 'The body is empty',
      why: 'the content type promises JSON',
      todo: 'Send a JSON object',
    }),
  FST_ERR_CTP_INVALID_JSON_BODY: notJson,
}

function notJson(message: string): Chat4AllError {
  return new Chat4AllError('C4A_BAD_REQUEST', {
    what: 'The body is no JSON',
    why: message,
    todo: 'Check quotes, commas and that it arrives whole',
  })
}

function fieldsOf(thrown: unknown) {
  const error = (typeof thrown === 'object' && thrown !== null ? thrown : {}) as {
    readonly code?: string
    readonly statusCode?: number
    readonly validation?: readonly ErrorObject[]
    readonly validationContext?: string
    readonly message?: string
  }
  return { ...error, message: error.message ?? 'no more is known' }
}
