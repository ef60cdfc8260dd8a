-- breaking: no. People, and which identities on channels are theirs.

create table person (
  tenant text collate "C" not null,
  person_id text collate "C" not null,
  display_name text,
  conversation_id text collate "C",
  created_at bigint not null,
  created_by text collate "C" not null,
  primary key (person_id, tenant)
);
create index person_by_creation on person (tenant, created_at, person_id);

create table identity (
  tenant text collate "C" not null,
  participant_id text collate "C" not null,
  channel text collate "C" not null,
  account text collate "C" not null,
  address text collate "C" not null,
  -- null when it was unlinked
  person_id text collate "C",
  changed_at bigint not null,
  changed_by text collate "C" not null,
  primary key (participant_id, tenant)
);
create index identity_by_person on identity (person_id, tenant) where person_id is not null;

-- Whether an alias is an identity of its own, to which is sent as it is addressed, or another spelling of one.
alter table alias add column is_linked boolean not null default false;

-- One spelling of a telephone number: its digits, and a Brazilian mobile number without the ninth digit, which some
-- platforms leave out. Null for what is too short to be one.
create function phone_key(address text) returns text language sql immutable as $$
  select case
    when digits ~ '^55\d\d9\d{8}$' then substr(digits, 1, 4) || substr(digits, 6)
    when length(digits) between 10 and 15 then digits
  end
  from (select regexp_replace(address, '\D', '', 'g') as digits) spelled
$$;

-- For suggestions: who else has this number, or this name.
create index conversation_by_phone on conversation (phone_key(participants->0->>'address'), tenant)
  where kind = 'direct';
create index conversation_by_name on conversation (lower(participants->0->>'displayName'), tenant)
  where kind = 'direct';
