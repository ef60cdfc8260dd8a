-- breaking: no. On a server the history is cut into parts by time, so that old parts can be dropped whole.
--
-- Whether it is cut is a setting of whoever migrates (chat4all.parts): a server's tables are, those inside a
-- process are not. All statements are the same for both.

-- The tables of the history, and the column that says when a row was.
create view history_table (name, instant) as
  values ('message', 'accepted_at'), ('rejection', 'rejected_at'), ('delivery_note', 'at');

-- What was the table becomes the part for everything that has no part of its own: no row is moved.
do $$
declare
  of record;
begin
  if current_setting('chat4all.parts', true) is distinct from 'on' then
    return;
  end if;
  for of in select * from history_table loop
    execute format('alter table %I rename to %I', of.name, of.name || '_rest');
    execute format('create table %I (like %I including all) partition by range (%I)',
      of.name, of.name || '_rest', of.instant);
    execute format('alter table %I attach partition %I default', of.name, of.name || '_rest');
  end loop;
end $$;

-- The parts there are, each from its first instant to the first of the next.
create view history_part as
  select parent.relname::text as name, part.relname::text as part,
    (regexp_match(bounds, $re$FROM \('?(\d+)'?\)$re$))[1]::bigint as from_ms,
    (regexp_match(bounds, $re$TO \('?(\d+)'?\)$re$))[1]::bigint as to_ms
  from pg_inherits
  join pg_class parent on parent.oid = inhparent
  join pg_class part on part.oid = inhrelid
  cross join lateral pg_get_expr(part.relpartbound, part.oid) as bounds
  where parent.relname in (select name from history_table) and bounds <> 'DEFAULT'
    and parent.relnamespace = current_schema::regnamespace;

-- Makes the parts from the one in which since_ms lies to the one in which until_ms lies, where there are none. What lies
-- in the rest and belongs to a new part goes there.
create function make_history_parts(part_ms bigint, since_ms bigint, until_ms bigint)
returns int language plpgsql as $$
declare
  of record;
  first_ms bigint;
  part text;
  made int := 0;
begin
  for of in select * from history_table
    where exists (select from pg_partitioned_table where partrelid = to_regclass(name)) loop
    for first_ms in
      select first from generate_series(since_ms - since_ms % part_ms, until_ms, part_ms) as first
      -- also beside parts of another length
      where not exists (select from history_part p
        where p.name = of.name and p.from_ms < first + part_ms and p.to_ms > first)
      order by first
    loop
      part := format('%s_%s', of.name,
        to_char(to_timestamp(first_ms / 1000) at time zone 'utc', 'YYYYMMDD"T"HH24MISS'));
      execute format('create table %I (like %I including all)', part, of.name);
      execute format(
        'with gone as (delete from %I where %I >= $1 and %2$I < $2 returning *) insert into %3$I select * from gone',
        of.name || '_rest', of.instant, part) using first_ms, first_ms + part_ms;
      execute format('alter table %I attach partition %I for values from (%L) to (%L)',
        of.name, part, first_ms, first_ms + part_ms);
      made := made + 1;
    end loop;
  end loop;
  return made;
end $$;

-- Drops the parts that ended before the instant, and what is older in the rest.
create function drop_history_parts(before_ms bigint) returns int language plpgsql as $$
declare
  old record;
  of record;
  dropped int := 0;
begin
  for old in select * from history_part where to_ms <= before_ms loop
    execute format('drop table %I', old.part);
    dropped := dropped + 1;
  end loop;
  for of in select * from history_table
    where exists (select from pg_partitioned_table where partrelid = to_regclass(name)) loop
    execute format('delete from %I where %I < $1', of.name || '_rest', of.instant) using before_ms;
  end loop;
  return dropped;
end $$;
