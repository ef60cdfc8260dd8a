// The rules of storage/ledger-rules.ts in SQL: a statement may hold the claims of many lanes, and none of
// them may look before another has written. test/storage/postgres holds both against each other.
//
// Other processes write the same rows at the same time. PostgreSQL then waits for the other one's
// commit and looks at the conditions again on the row as it left it (manual 13.2.1), so every condition
// stands in the statement that writes.

/**
 * A commit of the ledger is durable where the server's own rule would have it weaker; where
 * synchronous_standby_names names standbys, on one of those too. It holds for the statement it is in.
 */
const durably = `durably as (
    select set_config('synchronous_commit', 'on', true)
    where current_setting('synchronous_commit') in ('off', 'local', 'remote_write'))`

/**
 * Claims, sorted by delivery: ids, digests, epochs, deadlines, resend, now. Takes over rows that are
 * there and makes those that are not; answers with those granted.
 */
export const claimAll = `
  with ${durably}, claim as (
    select claim.* from unnest(
      $1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::boolean[], $6::bigint[]
    ) as claim (delivery_id, digest, epoch, deadline_ms, resend, now_ms)
    where (select count(*) from durably) >= 0
  ), made as (
    insert into ledger (
      delivery_id, digest, attempt, epoch, deadline_ms, state, since_ms, first_ms, after_unknown)
    select delivery_id, digest, 1, epoch, deadline_ms, 'running', now_ms, now_ms, false from claim
    on conflict (delivery_id) do nothing
    returning delivery_id, attempt, after_unknown
  ), retaken as (
    update ledger set
      attempt = ledger.attempt + 1,
      epoch = claim.epoch,
      deadline_ms = claim.deadline_ms,
      state = 'running',
      since_ms = claim.now_ms,
      after_unknown = ledger.after_unknown or ledger.state <> 'retry',
      provider_message_id = null,
      reason = null
    from claim
    where ledger.delivery_id = claim.delivery_id
      and ledger.digest = claim.digest
      and (ledger.state = 'retry' or claim.resend and (
        ledger.state = 'unknown'
        or ledger.state = 'running' and ledger.deadline_ms <= claim.now_ms))
    returning ledger.delivery_id, ledger.attempt, ledger.after_unknown
  )
  select * from made union all select * from retaken`

/** The rows of these deliveries, as they are by now. */
export const rowsOf = `
  select delivery_id, digest, attempt, epoch, deadline_ms, state, since_ms, after_unknown,
    provider_message_id, reason
  from ledger where delivery_id = any ($1::text[])`

/** Outcomes, sorted by delivery: ids, attempts, epochs, states, now, provider ids, reasons. */
export const recordAll = `
  with ${durably}
  update ledger set
    state = outcome.state,
    since_ms = outcome.now_ms,
    provider_message_id = outcome.provider_message_id,
    reason = outcome.reason
  from unnest(
    $1::text[], $2::int[], $3::bigint[], $4::text[], $5::bigint[], $6::text[], $7::text[]
  ) as outcome (delivery_id, attempt, epoch, state, now_ms, provider_message_id, reason)
  where (select count(*) from durably) >= 0
    and ledger.delivery_id = outcome.delivery_id
    and ledger.attempt = outcome.attempt
    and ledger.epoch <= outcome.epoch
    and ledger.state <> 'sent'
    and (ledger.state <> 'failed' or outcome.state = 'sent')`

/** Proofs, sorted by delivery: ids, attempts, provider ids, now. */
export const settleAll = `
  with ${durably}
  update ledger set
    state = 'sent',
    attempt = proof.attempt,
    since_ms = proof.now_ms,
    provider_message_id = proof.provider_message_id,
    reason = null
  from unnest($1::text[], $2::int[], $3::text[], $4::bigint[])
    as proof (delivery_id, attempt, provider_message_id, now_ms)
  where (select count(*) from durably) >= 0
    and ledger.delivery_id = proof.delivery_id
    and ledger.attempt >= proof.attempt
    and ledger.state <> 'sent'`

/** One cancellation: id, digest, reason, now. Answers with the row where it was made. */
export const cancelOne = `
  with ${durably}
  insert into ledger as row (
    delivery_id, digest, attempt, epoch, deadline_ms, state, since_ms, first_ms, after_unknown, reason)
  select $1, $2, 0, 0, $4, 'failed', $4, $4, false, $3 where (select count(*) from durably) >= 0
  on conflict (delivery_id) do update
    set state = 'failed', since_ms = excluded.since_ms, provider_message_id = null,
      reason = excluded.reason
    where row.state = 'retry'
  returning delivery_id`

/** Rows whose state began before $1, at most $2 of them; those that another process is at are left to it. */
export const prune = `
  delete from ledger where delivery_id in (
    select delivery_id from ledger where first_ms < $1 and since_ms < $1
    order by first_ms limit $2 for update skip locked)`
