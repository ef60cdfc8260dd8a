-- breaking: no. Records that are due later, and whose turn it is to append them.
--
-- Written by topology/adapters/postgres; not to be made again from the log. Ids and records are
-- bytes: they are the engine's, of any content, and nothing here looks into them.

create table timer (
  id bytea primary key,
  due_ms bigint not null,
  -- JSON of all but the value
  record bytea not null,
  value bytea
);
create index timer_due on timer (due_ms, id);

-- One process at a time appends what is due, so that it stays in order and is appended once.
create table timer_turn (
  one boolean primary key default true check (one),
  holder text collate "C" not null,
  until timestamptz not null
);
