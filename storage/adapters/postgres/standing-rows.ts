/** Conditions on rows of `message`, by which of all that was added only what stands is seen. `row` is the row's alias. */
export const standingRows = {
  /** Not a request that was refused as a repetition. */
  isNoRepetition: (row: string): string => `not exists (
    select from rejection r
    where r.message_id = ${row}.message_id and r.tenant = ${row}.tenant
      and r.submission_id = ${row}.submission_id and r.scope = 'submission')`,

  /** It did not go on into another conversation. All rounds have one instant, so only its own part is asked. */
  isFurthest: (row: string): string => `not exists (
    select from message f
    where f.message_id = ${row}.message_id and f.tenant = ${row}.tenant
      and f.submission_id = ${row}.submission_id and f.hop > ${row}.hop
      and f.accepted_at = ${row}.accepted_at)`,

  /** The second request under a message id is hidden until its own verdict comes: the earliest stands. */
  isFirst: (row: string): string => `not exists (
    select from message o
    where o.tenant = ${row}.tenant and o.message_id = ${row}.message_id
      and (o.accepted_at, o.submission_id) < (${row}.accepted_at, ${row}.submission_id)
      and ${standingRows.isNoRepetition('o')})`,
} as const
