-- breaking: no. Conversations by last activity, how far they were read, and the words of messages.
--
-- Made again from the log like all else of the history and the directory (0001).

-- When something was last said in a conversation, to within half a minute: a row is written again only when that
-- much has passed since, so that a lively conversation hardly ever costs a row. The exact instant
-- is read off the message itself. It never stands later than the last thing said, and less than half a minute earlier.
create table conversation_activity (
  tenant text collate "C" not null,
  conversation_id text collate "C" not null,
  active_at bigint not null,
  primary key (conversation_id, tenant)
);
create index conversation_by_activity
  on conversation_activity (tenant, active_at, conversation_id);

create table read_mark (
  tenant text collate "C" not null,
  conversation_id text collate "C" not null,
  message_id text collate "C" not null,
  read_to bigint not null,
  read_at bigint not null,
  read_by text collate "C" not null,
  primary key (conversation_id, tenant)
);

-- The words of messages, where the pipeline says that they are to be found (`search` of status-update). The tenant
-- stands among the words (postgres/tenant-word.ts), so that one index finds both together. Rows are only added, and
-- one may stand twice: whoever reads looks up the message.
create table message_text (
  tenant text collate "C" not null,
  message_id text collate "C" not null,
  submission_id text collate "C" not null,
  accepted_at bigint not null,
  words tsvector not null
);
create index message_text_by_word on message_text using gin (words);

-- It is cut and forgotten together with the messages (0004).
create or replace view history_table (name, instant) as
  values ('message', 'accepted_at'), ('rejection', 'rejected_at'), ('delivery_note', 'at'),
    ('message_text', 'accepted_at');

do $$
begin
  if current_setting('chat4all.parts', true) is distinct from 'on' then
    return;
  end if;
  alter table message_text rename to message_text_rest;
  create table message_text (like message_text_rest including all) partition by range (accepted_at);
  alter table message_text attach partition message_text_rest default;
end $$;
