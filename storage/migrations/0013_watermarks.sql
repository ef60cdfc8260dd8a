-- breaking: no. Deliveries are found by a watermark only on channels that report by one.
--
-- An entry of this index costs some 3 us in PGlite, for each delivery that was sent, and only Messenger asks.

-- Notes from before may be of any channel.
alter table delivery_note add column by_watermark boolean not null default true;

-- On a server it has a name of PostgreSQL's own, since 0004.
do $$
declare
  old text;
begin
  for old in select indexrelid::regclass from pg_index
    where indrelid = 'delivery_note'::regclass
      and pg_get_indexdef(indexrelid) like '%(participant_id, at)%' loop
    execute format('drop index %s', old);
  end loop;
end $$;
create index delivery_note_by_watermark on delivery_note (participant_id, at)
  where provider_message_id is not null and by_watermark;
