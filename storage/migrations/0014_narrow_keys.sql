-- breaking: no. Messages stand in their indexes under short keys.
--
-- An entry costs by its length and by what it takes to compare it. A message's key was five columns, three of them
-- text, to refuse a row that is there already: whether it is there is known by the offsets that were applied
-- (advance_projection), or looked up where a batch is merged. The same record may stand twice in the log, and then twice
-- here: of two equal rounds whoever reads takes the first (postgres/standing-rows.ts).
--
-- A conversation is a number in the index that finds its messages, and its messages are looked at whether they are really
-- of it. The tenant is in the number, so that nobody walks past what others say under the same id.

create function conversation_key(of_tenant text, of_conversation text) returns bigint
language sql immutable parallel safe as $$
  select hashtextextended(of_conversation, hashtextextended(of_tenant, 0))
$$;

-- On a server some have a name of PostgreSQL's own, since 0004.
do $$
declare
  old record;
begin
  for old in select conname as name from pg_constraint
    where conrelid = 'message'::regclass and contype = 'p' loop
    execute format('alter table message drop constraint %I', old.name);
  end loop;
  for old in select indexrelid::regclass as name from pg_index
    where indrelid = 'message'::regclass
      and pg_get_indexdef(indexrelid) like '%(conversation_id, tenant, accepted_at)%' loop
    execute format('drop index %s', old.name);
  end loop;
end $$;

create index message_by_id on message (message_id);
create index message_by_conversation_key
  on message (conversation_key(tenant, conversation_id), accepted_at);
create index message_inbound_by_key
  on message (conversation_key(tenant, conversation_id), accepted_at) where direction = 'inbound';
