-- breaking: no. The first tables: history, directory, and how far the projection of the log is.
--
-- Everything here can be made again from the log. Statuses are no column: they are read off the
-- facts, which only grow (domain/status.ts). There are no foreign keys: a receipt may come before
-- its delivery, a delivery before its message, a rejection before either; the views join.
-- Keys are compared byte by byte (collate "C"), as the code does. The tenant is in every key and every
-- where clause, and first, except where the platform's id or the participant finds a row: those begin
-- with what tells rows apart, which took a quarter off the cost of writing one.

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
  sender_id text,
  channel text,
  account text,
  address text,
  -- null while only the rejection is known
  accepted_at bigint,
  expires_at bigint,
  reply_to text,
  provider_message_id text,
  metadata jsonb,
  digest text,
  content_kind text,
  content bytea,
  seal_key_id text,
  seal_algorithm text,
  seal_nonce bytea,
  rejected_scope text collate "C",
  rejected_stage text collate "C",
  rejected_reason text collate "C",
  rejected_detail text collate "C",
  rejected_at bigint,
  primary key (tenant, message_id, submission_id)
);
create index message_by_conversation
  on message (tenant, conversation_id, accepted_at, submission_id) where accepted_at is not null;
-- the 24 h window: not walked past thousands of our own messages
create index message_inbound
  on message (tenant, conversation_id, accepted_at)
  where direction = 'inbound' and accepted_at is not null;

create table delivery (
  tenant text collate "C" not null,
  delivery_id text collate "C" not null,
  message_id text collate "C" not null,
  submission_id text not null,
  conversation_id text collate "C" not null,
  participant_id text collate "C" not null,
  channel text not null,
  account text not null,
  address text not null,
  part int not null,
  parts int not null,
  accepted_at bigint not null,
  expires_at bigint,
  reply_to text,
  content_kind text not null,
  primary key (tenant, delivery_id)
);
create index delivery_by_message on delivery (tenant, message_id);

-- What was seen to happen. The key makes a fact that is told again the same row: a webhook that a
-- platform posts twice differs only in when we saw it, and the first sighting stays.
create table fact (
  tenant text collate "C" not null,
  delivery_id text collate "C" not null,
  kind text collate "C" not null,
  attempt int not null,
  -- 0 where the platform gave no time
  provider_at bigint not null,
  -- '' where there is none
  reason text collate "C" not null,
  observed_at bigint not null,
  detail text collate "C",
  -- only of an accepted send
  provider_message_id text collate "C",
  possible_duplicate boolean not null,
  primary key (tenant, delivery_id, kind, attempt, provider_at, reason)
);

-- Which delivery a platform's id means. Some platforms count ids per chat (Telegram), so one id may
-- stand for several participants.
create table provider_ref (
  tenant text collate "C" not null,
  channel text collate "C" not null,
  account text collate "C" not null,
  provider_message_id text collate "C" not null,
  delivery_id text collate "C" not null,
  message_id text not null,
  conversation_id text not null,
  participant_id text collate "C" not null,
  part int not null,
  sent_at bigint not null,
  primary key (provider_message_id, delivery_id, tenant, channel, account)
);
create index provider_ref_by_participant
  on provider_ref (participant_id, sent_at, tenant);

-- Kept by the triggers below, so that a list of conversations is one index range.
create table conversation_activity (
  tenant text collate "C" not null,
  conversation_id text collate "C" not null,
  last_at bigint not null,
  last_submission_id text collate "C" not null,
  last_message_id text not null,
  message_count bigint not null,
  primary key (tenant, conversation_id)
) with (fillfactor = 70);
create index conversation_activity_latest
  on conversation_activity (tenant, last_at, conversation_id);

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

create function activity_of_inserted() returns trigger language plpgsql as $$
begin
  insert into conversation_activity as known
    select distinct on (tenant, conversation_id)
      tenant, conversation_id, accepted_at, submission_id, message_id,
      count(*) over (partition by tenant, conversation_id)
    from after_rows
    where accepted_at is not null and rejected_scope is distinct from 'submission'
    -- ordered, so that two writers take their row locks in the same order
    order by tenant, conversation_id, accepted_at desc, submission_id desc
  on conflict (tenant, conversation_id) do update set
    message_count = known.message_count + excluded.message_count,
    last_at = greatest(known.last_at, excluded.last_at),
    last_submission_id = case
      when (excluded.last_at, excluded.last_submission_id) > (known.last_at, known.last_submission_id)
      then excluded.last_submission_id else known.last_submission_id end,
    last_message_id = case
      when (excluded.last_at, excluded.last_submission_id) > (known.last_at, known.last_submission_id)
      then excluded.last_message_id else known.last_message_id end;
  return null;
end $$;

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
      insert into conversation_activity as known values (
        moved.tenant, moved.conversation_id, latest.accepted_at, latest.submission_id,
        latest.message_id, moved.difference)
      on conflict (tenant, conversation_id) do update set
        message_count = known.message_count + excluded.message_count,
        last_at = excluded.last_at,
        last_submission_id = excluded.last_submission_id,
        last_message_id = excluded.last_message_id;
    end if;
  end loop;
  return null;
end $$;

create trigger message_inserted after insert on message
  referencing new table as after_rows
  for each statement execute function activity_of_inserted();
create trigger message_updated after update on message
  referencing old table as before_rows new table as after_rows
  for each statement execute function activity_of_updated();
