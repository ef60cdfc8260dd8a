import { Chat4AllError, type ErrorCode } from '../../../topology/contract/errors.ts'

/**
 * What a database or its driver threw, as one of ours. `cause` is kept; parameters are never shown.
 * @param damaged what to do about damaged files; those of a server are not ours to mend
 */
export function storeError(error: unknown, damaged = serverDamaged): Chat4AllError {
  if (error instanceof Chat4AllError) return error
  const why = error instanceof Error ? error.message : String(error)
  const state = sqlState(error)
  if (beforeItsPart(error, state)) return movedError(error)
  const code = codeOf(state)
  return new Chat4AllError(
    code,
    {
      what: whats[code] ?? whats.C4A_INTERNAL,
      why: state ? `${why} (${state})` : why,
      todo: code === 'C4A_STORE_CORRUPT' ? damaged : (todos[code] ?? todos.C4A_INTERNAL),
    },
    { cause: error },
  )
}

/** SQLSTATE, or the errno of a socket. */
function sqlState(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}

/**
 * A row was on its way to the default part when its own part was made (history-parts.ts): PostgreSQL then refuses it by
 * the default part's new bounds, as a check (23514) without a name, and takes it when it comes again.
 */
function beforeItsPart(error: unknown, state: string | undefined): boolean {
  if (state !== '23514') return false
  const { constraint } = error as { readonly constraint?: unknown }
  return constraint === undefined
}

const movedError = (error: unknown): Chat4AllError =>
  new Chat4AllError(
    'C4A_STORE_UNREACHABLE',
    {
      what: 'The tables did not take a row of the history',
      why: 'the part that it belongs to was made while the row was on its way to the default part (23514)',
      todo: 'It is tried again, and goes into its own part then',
    },
    { cause: error },
  )

/**
 * Classes of PostgreSQL's appendix A. 08 connection, 53 out of resources, 57 operator intervention
 * (shut down, cancelled) and 40 (deadlock, serialization) pass, and so do 55P03 (a lock not got in time) and 25006: a server that became a
 * standby takes no writes. XX001 and XX002 are damaged files.
 * 23505 is a row that is there already. What has no SQLSTATE never reached the server.
 */
function codeOf(state: string | undefined): ErrorCode {
  if (state === 'XX001' || state === 'XX002') return 'C4A_STORE_CORRUPT'
  if (state === '23505') return 'C4A_STORE_CONFLICT'
  if (state === undefined || !isSqlState(state)) return 'C4A_STORE_UNREACHABLE'
  return /^(?:08|25006|40|53|55P03|57|58)/.test(state) ? 'C4A_STORE_UNREACHABLE' : 'C4A_INTERNAL'
}

/** Five characters with a digit among them; EPERM and EPIPE are a system's words. */
const isSqlState = (state: string): boolean => /^(?!E)(?=.*\d)[0-9A-Z]{5}$/.test(state)

const whats: Partial<Record<ErrorCode, string>> & { readonly C4A_INTERNAL: string } = {
  C4A_STORE_CORRUPT: 'The tables are damaged',
  C4A_STORE_CONFLICT: 'What was to be added to the tables is there already',
  C4A_STORE_UNREACHABLE: 'The tables cannot be reached',
  C4A_INTERNAL: 'A statement on the tables failed',
}

const todos: Partial<Record<ErrorCode, string>> & { readonly C4A_INTERNAL: string } = {
  C4A_STORE_CONFLICT:
    'This is a fault of the hub, which should merge it: report it with this sentence',
  C4A_STORE_UNREACHABLE: 'It is tried again; see that the database is up and accepts connections',
  C4A_INTERNAL: 'This is a fault of the hub: report it with this sentence',
}

const serverDamaged =
  "Promote a standby or restore a backup; the server's own log says which of its files are damaged"

/** To a statement that a server left unanswered which is the primary no more. What became of it nobody knows. */
export const deposedError = (): Chat4AllError =>
  new Chat4AllError('C4A_STORE_UNREACHABLE', {
    what: 'The tables did not answer',
    why: 'another server has become the primary',
    todo: 'It is tried again there',
  })

export const closedError = (): Chat4AllError =>
  new Chat4AllError('C4A_STORE_UNREACHABLE', {
    what: 'The tables cannot be reached',
    why: 'they were closed',
    todo: 'Ask before the hub stops',
  })
