-- breaking: no. A delivery is found by a platform's echo through its message, which the echo names.
--
-- So it needs no entry of its own, some 3 us in PGlite, but where the id of its message is too long for an echo
-- (domain/echo.ts). An echo of a mark from before names no message: it is found by the platform's own id, and an
-- attempt without a readable answer by the ledger, which the echo settles.

do $$
declare
  old record;
begin
  -- On a server it has a name of PostgreSQL's own, since 0004.
  for old in select indexrelid::regclass as name from pg_index
    where indrelid = 'delivery_note'::regclass
      and pg_get_indexdef(indexrelid) like '%USING hash (delivery_id)%' loop
    execute format('drop index %s', old.name);
  end loop;
end $$;
create index delivery_note_by_long_echo on delivery_note using hash (delivery_id)
  where is_delivery and octet_length(message_id) > 40;
