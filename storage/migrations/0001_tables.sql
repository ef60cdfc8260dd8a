-- breaking: no. The first tables: history, directory, and how far the projection of the log is.
--
-- Everything here can be made again from the log. So this file may change until the first release: tables
-- that another text of it made are moved aside at the start, and new ones are filled from the log.
--
-- Statuses are no column: they are read off the facts, which only grow (domain/status.ts). There are no
-- foreign keys: a receipt may come before its delivery, a delivery before its message, a rejection before
-- either; whoever reads unites them.
-- Keys are compared byte by byte (collate "C"), as the code does. The tenant is in every where clause, but
-- first in a key only where nothing else tells rows apart: a key costs by its length, and more to compare.

create table projection_epoch (
  one boolean primary key default true check (one),
  epoch text not null
);
insert into projection_epoch (epoch) values (gen_random_uuid()::text);

create table projection_state (
  topic text collate "C" not null,
  partition int not null,
  next_offset bigint not null,
  primary key (topic, partition)
);

-- One row per accepted request: a repetition of a message id is a row too, and its rejection
-- (scope 'submission') says that it is not the message. Either half may come first.
create table message (
  tenant text collate "C" not null,
  message_id text collate "C" not null,
  submission_id text collate "C" not null,
  conversation_id text collate "C" not null,
  direction text not null,
  -- rounds through declared loops; the furthest says the conversation
  hop int not null default 0,
  -- null while only the rejection is known
  accepted_at bigint,
  -- JSON of all else that the message says. Text, because jsonb refuses NUL, and because nobody looks into
  -- it here: fourteen columns of their own cost more to write than all the rest of the row.
  body text,
  rejected_scope text collate "C",
  rejected_stage text collate "C",
  rejected_reason text collate "C",
  rejected_detail text collate "C",
  rejected_at bigint,
  primary key (message_id, tenant, submission_id)
);
-- without the submission, which is only looked at where two share an instant
create index message_by_conversation
  on message (conversation_id, tenant, accepted_at) where accepted_at is not null;
-- the 24 h window: not walked past thousands of our own messages
create index message_inbound
  on message (conversation_id, tenant, accepted_at)
  where direction = 'inbound' and accepted_at is not null;

-- What one batch told of one delivery: that it exists, what was seen to happen to it, what the platform
-- calls it. Rows are only added, and whoever reads unites them (memory/history-merge.ts says how what is
-- told twice becomes one), so a batch that carries a delivery and its first receipts writes one row.
-- A batch that is repeated finds its rows there and adds none.
create table delivery_note (
  tenant text collate "C" not null,
  message_id text collate "C" not null,
  delivery_id text collate "C" not null,
  -- whether it carries the delivery itself, or only what happened to it
  is_delivery boolean not null,
  -- whether it says that the person read it
  is_read boolean not null,
  -- with a delivery or a platform's id; null beside later receipts
  participant_id text collate "C",
  channel text collate "C",
  account text collate "C",
  -- Some platforms count ids per chat (Telegram), so one id may stand for several participants.
  provider_message_id text collate "C",
  sent_at bigint,
  -- JSON, see postgres/told.ts
  told text collate "C" not null
);
create index delivery_note_by_message on delivery_note (message_id);
create index delivery_note_by_provider_id
  on delivery_note (provider_message_id) where provider_message_id is not null;
create index delivery_note_by_participant
  on delivery_note (participant_id, sent_at) where sent_at is not null;
-- A platform's echo of our own id. Hashed: an id is found or not, and an entry is a third as long.
create index delivery_note_by_delivery
  on delivery_note using hash (delivery_id) where is_delivery;

-- Kept by whoever adds a message, and by the trigger below, so that a list of conversations is one index range.
create table conversation_activity (
  tenant text collate "C" not null,
  conversation_id text collate "C" not null,
  last_at bigint not null,
  last_submission_id text collate "C" not null,
  last_message_id text not null,
  message_count bigint not null,
  -- Some four seconds. Indexed in place of the instant, so that most updates leave the index alone (HOT),
  -- and a page sorts the conversations of a few slots only.
  last_slot bigint not null generated always as (last_at >> 12) stored,
  primary key (conversation_id, tenant)
) with (fillfactor = 70);
create index conversation_activity_latest on conversation_activity (tenant, last_slot);

create table conversation (
  tenant text collate "C" not null,
  conversation_id text collate "C" not null,
  kind text not null,
  title text,
  participants jsonb not null,
  created_at bigint not null,
  created_by text not null,
  primary key (tenant, conversation_id)
);
create index conversation_by_creation on conversation (tenant, created_at, conversation_id);

create table alias (
  tenant text collate "C" not null,
  channel text collate "C" not null,
  account text collate "C" not null,
  address text collate "C" not null,
  conversation_id text not null,
  participant_id text not null,
  created_at bigint not null,
  primary key (tenant, channel, account, address)
);

-- A row counts for its conversation once its message is known, unless it is a refused repetition.
create view counted_message as
  select tenant, conversation_id, accepted_at, submission_id, message_id
  from message
  where accepted_at is not null and rejected_scope is distinct from 'submission';

-- Rare: a message became known after its rejection, went round a loop, or proved a repetition.
-- Then the count moves by the difference, and the last message is looked up again.
create function activity_of_updated() returns trigger language plpgsql as $$
declare
  moved record;
  latest record;
begin
  for moved in
    select side.tenant, side.conversation_id, sum(side.count) as difference
    from before_rows o
    join after_rows n using (tenant, message_id, submission_id)
    cross join lateral (values
      (tenant, o.conversation_id, case when o.accepted_at is not null
        and o.rejected_scope is distinct from 'submission' then -1 else 0 end),
      (tenant, n.conversation_id, case when n.accepted_at is not null
        and n.rejected_scope is distinct from 'submission' then 1 else 0 end)
    ) side (tenant, conversation_id, count)
    where o.accepted_at is distinct from n.accepted_at
      or o.conversation_id <> n.conversation_id
      or o.rejected_scope is distinct from n.rejected_scope
    group by 1, 2
    order by 1, 2
  loop
    -- locked before the look-up, whose snapshot is then newer than any other writer's change
    perform from conversation_activity a
      where a.tenant = moved.tenant and a.conversation_id = moved.conversation_id for update;
    select * into latest from counted_message m
      where m.tenant = moved.tenant and m.conversation_id = moved.conversation_id
      order by accepted_at desc, submission_id desc limit 1;
    if not found then
      delete from conversation_activity a
        where a.tenant = moved.tenant and a.conversation_id = moved.conversation_id;
    else
      insert into conversation_activity as known (tenant, conversation_id, last_at,
          last_submission_id, last_message_id, message_count) values (
        moved.tenant, moved.conversation_id, latest.accepted_at, latest.submission_id,
        latest.message_id, moved.difference)
      on conflict (conversation_id, tenant) do update set
        message_count = known.message_count + excluded.message_count,
        last_at = excluded.last_at,
        last_submission_id = excluded.last_submission_id,
        last_message_id = excluded.last_message_id;
    end if;
  end loop;
  return null;
end $$;

create trigger message_updated after update on message
  referencing old table as before_rows new table as after_rows
  for each statement execute function activity_of_updated();
