-- breaking: no. Who is in a group conversation, and since when.
--
-- One row for each person, so that two who are added at once do not undo each other. `conversation.participants` holds
-- what comes of both together: who it was created with, and who came and went since. So whoever looks up a conversation,
-- which happens for every message, reads one row.

create table member (
  tenant text collate "C" not null,
  conversation_id text collate "C" not null,
  participant_id text collate "C" not null,
  channel text collate "C" not null,
  account text collate "C" not null,
  address text collate "C" not null,
  display_name text,
  joined_at bigint not null,
  left_at bigint,
  changed_by text collate "C" not null,
  primary key (conversation_id, participant_id, tenant)
);
-- the group in which a person is heard
create index member_by_participant on member (participant_id, tenant, joined_at)
  where left_at is null;

-- `base` with what is known of those who came and went. Who is in both stands as the member's row says.
create function with_members(of_tenant text, of_conversation text, base jsonb)
returns jsonb language sql stable as $$
  select coalesce(jsonb_agg(participant order by late, place), '[]'::jsonb) from (
    select participant, 0 as late, place
    from jsonb_array_elements(base) with ordinality as given (participant, place)
    where not exists (
      select from member m
      where m.conversation_id = of_conversation and m.tenant = of_tenant
        and m.participant_id = participant->>'participantId')
    union all
    select
      jsonb_build_object(
        'participantId', m.participant_id, 'channel', m.channel, 'account', m.account,
        'address', m.address, 'displayName', m.display_name, 'joinedAt', m.joined_at),
      1, row_number() over (order by m.joined_at, m.participant_id)
    from member m
    where m.conversation_id = of_conversation and m.tenant = of_tenant and m.left_at is null
  ) everybody
$$;
