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
  -- where the latest batch began, and where the next one does
  first_offset bigint not null,
  next_offset bigint not null,
  primary key (topic, partition)
);

-- Notes that a batch holds records [firsts, nexts) of its partitions. Raises unique_violation when a part of one was
-- applied before: then the batch has to be merged with what is there, and cannot only be added.
create function advance_projection(topics text[], partitions int[], firsts bigint[], nexts bigint[])
returns void language plpgsql as $$
declare
  advanced int;
begin
  insert into projection_state as known (topic, partition, first_offset, next_offset)
    select * from unnest(topics, partitions, firsts, nexts) as batch (topic, partition, first, next)
    -- so that two writers take their row locks in the same order
    order by topic, partition
  on conflict (topic, partition) do update
    set first_offset = excluded.first_offset, next_offset = excluded.next_offset
    where known.next_offset <= excluded.first_offset;
  get diagnostics advanced = row_count;
  if advanced < cardinality(topics) then
    raise unique_violation using message = 'records of the batch were applied before';
  end if;
end $$;

-- Rows of the history are only added; whoever reads unites them (postgres/submissions.ts, memory/history-merge.ts).
-- Each says when it was, so that a table can be cut by time.

-- One row per accepted request and round through a declared loop: a repetition of a message id is a row too, and its
-- rejection (scope 'submission') says that it is not the message. The furthest round says the conversation.
create table message (
  tenant text collate "C" not null,
  message_id text collate "C" not null,
  submission_id text collate "C" not null,
  hop int not null,
  conversation_id text collate "C" not null,
  direction text not null,
  accepted_at bigint not null,
  -- JSON of all else that the message says. Text, because jsonb refuses NUL, and because nobody looks into
  -- it here: fourteen columns of their own cost more to write than all the rest of the row.
  body text not null,
  -- The instant is the same in all rounds. It is in the key for the day the table is cut by it (0004).
  primary key (message_id, tenant, submission_id, hop, accepted_at)
);
-- without the submission, which is only looked at where two share an instant
create index message_by_conversation on message (conversation_id, tenant, accepted_at);
-- the 24 h window: not walked past thousands of our own messages
create index message_inbound
  on message (conversation_id, tenant, accepted_at) where direction = 'inbound';

-- That a request was refused, or what became of it. Several of one request: the earliest stands.
create table rejection (
  tenant text collate "C" not null,
  message_id text collate "C" not null,
  submission_id text collate "C" not null,
  conversation_id text collate "C" not null,
  direction text not null,
  scope text collate "C" not null,
  stage text collate "C" not null,
  reason text collate "C" not null,
  detail text collate "C" not null,
  rejected_at bigint not null
);
create index rejection_by_message on rejection (message_id);

-- What one batch told of one delivery: that it exists, what was seen to happen to it, what the platform
-- calls it. A batch that carries a delivery and its first receipts writes one row.
create table delivery_note (
  tenant text collate "C" not null,
  message_id text collate "C" not null,
  delivery_id text collate "C" not null,
  -- when it was sent, if it carries the platform's id; else when its first fact was seen, or its message accepted
  at bigint not null,
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
  -- JSON, see postgres/told.ts
  told text collate "C" not null
);
create index delivery_note_by_message on delivery_note (message_id);
-- Hashed, here and below: an id is found or not, and an entry is a third as long or less.
create index delivery_note_by_provider_id
  on delivery_note using hash (provider_message_id) where provider_message_id is not null;
create index delivery_note_by_participant
  on delivery_note (participant_id, at) where provider_message_id is not null;
-- A platform's echo of our own id.
create index delivery_note_by_delivery
  on delivery_note using hash (delivery_id) where is_delivery;

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
