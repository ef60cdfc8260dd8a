-- breaking: no. The delivery ledger: what was sent, so that nothing is sent twice unknowingly.
--
-- The one table here that cannot be made again from the log: back it up, and keep it on a synchronous
-- standby. The embedded profile keeps its ledger beside the log and leaves this table empty.
--
-- A row is written when it is claimed and once more when its outcome is known, a moment later. No
-- column that changes is indexed and pages keep room for it, so that the second write stays in its page
-- and touches no index (HOT: all of them at 45 in batches of a thousand, a third at 70).

create table ledger (
  delivery_id text collate "C" primary key,
  digest text collate "C" not null,
  attempt int not null,
  epoch bigint not null,
  deadline_ms bigint not null,
  state text collate "C" not null
    check (state in ('running', 'retry', 'unknown', 'failed', 'sent')),
  -- when the state began
  since_ms bigint not null,
  -- when it was claimed first: finds what is old, where since_ms then decides
  first_ms bigint not null,
  after_unknown boolean not null,
  provider_message_id text,
  reason text
) with (fillfactor = 45, autovacuum_vacuum_scale_factor = 0.05);
create index ledger_age on ledger (first_ms);
