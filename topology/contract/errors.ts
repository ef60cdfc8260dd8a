/**
 * Every code this project can raise, with the HTTP status the gateway answers and whether doing the
 * same thing again may succeed. Codes are public: they stand in logs, dead letters and API answers,
 * and are never reused. The check's own codes (C4A1xxx) live in topology/pipeline/faults.ts.
 */
export const errorCodes = {
  // the log
  C4A_BROKER_UNREACHABLE: { status: 503, retryable: true },
  C4A_TOPIC_UNKNOWN: { status: 500, retryable: false },
  C4A_TOPIC_MISMATCH: { status: 500, retryable: false },
  C4A_RECORD_TOO_LARGE: { status: 413, retryable: false },
  C4A_EPOCH_FENCED: { status: 500, retryable: false },
  C4A_GROUP_ACTIVE: { status: 409, retryable: true },
  // records and schemas
  C4A_RECORD_UNDECODABLE: { status: 422, retryable: false },
  C4A_RECORD_UNENCODABLE: { status: 500, retryable: false },
  C4A_SCHEMA_UNKNOWN: { status: 500, retryable: true },
  C4A_SCHEMA_INCOMPATIBLE: { status: 409, retryable: false },
  C4A_REGISTRY_UNREACHABLE: { status: 503, retryable: true },
  // stages
  C4A_STAGE_FAILED: { status: 500, retryable: false },
  C4A_STAGE_BAD_OUTPUT: { status: 500, retryable: false },
  C4A_PIPELINE_INVALID: { status: 500, retryable: false },
  C4A_INLINE_NOT_DRAINED: { status: 500, retryable: true },
  // storage
  C4A_STORE_UNREACHABLE: { status: 503, retryable: true },
  C4A_STORE_CORRUPT: { status: 500, retryable: false },
  C4A_STORE_CONFLICT: { status: 500, retryable: false },
  // gateway
  C4A_UNAUTHENTICATED: { status: 401, retryable: false },
  C4A_FORBIDDEN: { status: 403, retryable: false },
  C4A_BAD_REQUEST: { status: 400, retryable: false },
  C4A_UNPROCESSABLE: { status: 422, retryable: false },
  C4A_NOT_FOUND: { status: 404, retryable: false },
  C4A_CONFLICT: { status: 409, retryable: false },
  C4A_CURSOR_EXPIRED: { status: 410, retryable: false },
  C4A_TOO_LARGE: { status: 413, retryable: false },
  C4A_UNSUPPORTED_MEDIA_TYPE: { status: 415, retryable: false },
  C4A_PROTOCOL_VERSION: { status: 412, retryable: false },
  C4A_RANGE_INVALID: { status: 416, retryable: false },
  C4A_UPLOAD_BUSY: { status: 423, retryable: true },
  C4A_CHECKSUM_MISMATCH: { status: 460, retryable: false },
  C4A_MEDIA_INFECTED: { status: 422, retryable: false },
  C4A_TOO_MANY_REQUESTS: { status: 429, retryable: true },
  C4A_UNAVAILABLE: { status: 503, retryable: true },
  C4A_INTERNAL: { status: 500, retryable: false },
  // start and settings
  C4A_SETTING_INVALID: { status: 500, retryable: false },
  C4A_PORT_BUSY: { status: 500, retryable: true },
} as const

export type ErrorCode = keyof typeof errorCodes

export interface Explanation {
  /** What failed, naming the thing: "Topic 'receipts' has 12 partitions". */
  readonly what: string
  /** Why, as far as we know: "pipeline.yaml line 14 asks for 24". */
  readonly why: string
  /** What the reader can do next: "Use another name, or keep 12". */
  readonly todo: string
}

/** The only error class we throw. Look at `code`, never at the text. */
export class Chat4AllError extends Error {
  override readonly name = 'Chat4AllError'
  readonly code: ErrorCode
  readonly explanation: Explanation
  /** When it may be tried again, in milliseconds from now, where that is known. */
  readonly retryAfterMs: number | undefined

  constructor(
    code: ErrorCode,
    explanation: Explanation,
    options: ErrorOptions & { readonly retryAfterMs?: number } = {},
  ) {
    super(`${explanation.what}: ${explanation.why}. ${explanation.todo}.`, options)
    this.code = code
    this.explanation = explanation
    this.retryAfterMs = options.retryAfterMs
  }

  get retryable(): boolean {
    return errorCodes[this.code].retryable
  }
}

export function isCode(error: unknown, code: ErrorCode): boolean {
  return error instanceof Chat4AllError && error.code === code
}

/** True for our errors that waiting may cure; an error we do not know is a fault, not a wait. */
export function isRetryable(error: unknown): boolean {
  return error instanceof Chat4AllError && error.retryable
}
