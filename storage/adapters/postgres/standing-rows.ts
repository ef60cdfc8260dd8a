/**
 * Conditions on rows of `message`, by which of all that was added only what stands is seen: the same as the rule of
 * memory/standing.ts. `row` is the row's alias.
 */
export const standingRows = {
  /** It is no repetition. More is asked only about what was refused as one: next to nothing is. */
  isNoRepetition: (row: string): string => `not exists (
    select from rejection r where ${refusesAsRepetition(row)} and not ${isFirstOfEachOther(row)})`,

  /**
   * It did not go on into another conversation, and is the first where the log told it twice. All rounds have one instant,
   * so only its own part is asked, in which no two rows have one place.
   */
  isFurthest: (row: string): string => `not exists (
    select from message f
    where f.message_id = ${row}.message_id and f.tenant = ${row}.tenant
      and f.submission_id = ${row}.submission_id and f.accepted_at = ${row}.accepted_at
      and (f.hop > ${row}.hop or f.hop = ${row}.hop and f.ctid < ${row}.ctid))`,

  /** The second request under a message id is hidden until its own verdict comes: the earliest stands. */
  isFirst: (row: string): string => `not exists (
    select from message o
    where o.tenant = ${row}.tenant and o.message_id = ${row}.message_id
      and (o.accepted_at, o.submission_id) < (${row}.accepted_at, ${row}.submission_id)
      and not (${isRefused('o')}))`,
} as const

const refusesAsRepetition = (row: string): string => `
  r.message_id = ${row}.message_id and r.tenant = ${row}.tenant
  and r.submission_id = ${row}.submission_id and r.scope = 'submission'`

// Not "exists", which may be planned as a walk through all refusals: they are looked up row by row in the index.
const isRefused = (row: string): string => `(
  select true from rejection r where ${refusesAsRepetition(row)} limit 1) is not null`

const isDuplicate = (row: string): string => `(
  select true from rejection r
  where ${refusesAsRepetition(row)} and r.reason = 'duplicate' limit 1) is not null`

/** Of requests that were each told to be the duplicate of another: the first. */
const isFirstOfEachOther = (row: string): string => `(
  ${isDuplicate(row)}
  and exists (
    select from message other
    where other.tenant = ${row}.tenant and other.message_id = ${row}.message_id
      and other.submission_id <> ${row}.submission_id and ${isDuplicate('other')})
  and not exists (
    select from message other
    where other.tenant = ${row}.tenant and other.message_id = ${row}.message_id
      and (not (${isRefused('other')})
        or (other.accepted_at, other.submission_id) < (${row}.accepted_at, ${row}.submission_id)
          and ${isDuplicate('other')})))`
