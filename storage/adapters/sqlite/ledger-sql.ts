// The rules of storage/ledger-rules.ts in SQL: a commit may hold the claims of many lanes, and none of
// them may look before another has written. test/storage holds both against each other.

export const schema = [
  `create table if not exists ledger (
    delivery_id text primary key,
    digest text not null,
    attempt integer not null,
    epoch integer not null,
    deadline_ms integer not null,
    state text not null check (state in ('running', 'retry', 'unknown', 'failed', 'sent')),
    since_ms integer not null,
    after_unknown integer not null,
    provider_message_id text,
    reason text
  ) strict, without rowid`,
  'create index if not exists ledger_age on ledger (since_ms)',
]

/** Takes over rows that are there, for claims [delivery, digest, epoch, deadline, resend, now]; answers with those granted. */
export const claimOld = `
  update ledger set
    attempt = ledger.attempt + 1,
    epoch = claim.value ->> 2,
    deadline_ms = claim.value ->> 3,
    state = 'running',
    since_ms = claim.value ->> 5,
    after_unknown = ledger.after_unknown or ledger.state <> 'retry',
    provider_message_id = null,
    reason = null
  from json_each(?1) as claim
  where ledger.delivery_id = claim.value ->> 0
    and ledger.digest = claim.value ->> 1
    and (ledger.state = 'retry' or claim.value ->> 4 and (
      ledger.state = 'unknown'
      or ledger.state = 'running' and ledger.deadline_ms <= claim.value ->> 5))
  returning delivery_id, attempt, after_unknown`

/** Makes the rows that are not there, for the same claims; answers with those granted. */
export const claimNew = `
  insert into ledger
  select value ->> 0, value ->> 1, 1, value ->> 2, value ->> 3, 'running', value ->> 5, 0, null, null
  from json_each(?1) where true
  on conflict (delivery_id) do nothing
  returning delivery_id, attempt, after_unknown`

/** The row of each claim, in the claims' order. */
export const rowsOf = `
  select ledger.* from json_each(?1) as claim
  cross join ledger on ledger.delivery_id = claim.value ->> 0
  order by claim.key`

/** Outcomes [delivery, attempt, epoch, state, now, provider id, reason]. */
export const recordAll = `
  update ledger set
    state = outcome.value ->> 3,
    since_ms = outcome.value ->> 4,
    provider_message_id = outcome.value ->> 5,
    reason = outcome.value ->> 6
  from json_each(?1) as outcome
  where ledger.delivery_id = outcome.value ->> 0
    and ledger.attempt = outcome.value ->> 1
    and ledger.epoch <= outcome.value ->> 2
    and ledger.state <> 'sent'
    and (ledger.state <> 'failed' or outcome.value ->> 3 = 'sent')`

/** Proofs [delivery, attempt, provider id, now]. */
export const settleAll = `
  update ledger set
    state = 'sent',
    attempt = proof.value ->> 1,
    since_ms = proof.value ->> 3,
    provider_message_id = proof.value ->> 2,
    reason = null
  from json_each(?1) as proof
  where ledger.delivery_id = proof.value ->> 0
    and ledger.attempt >= proof.value ->> 1
    and ledger.state <> 'sent'`

/** Rows whose state began before ?1, at most ?2 of them. */
export const prune = `
  delete from ledger where delivery_id in (
    select delivery_id from ledger where since_ms < ?1 order by since_ms limit ?2)`
