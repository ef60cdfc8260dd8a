import type { Statement } from '../../ports/sql.ts'
import { insertRows } from './insert-rows.ts'

export interface Activity {
  readonly tenant: string
  readonly conversationId: string
  /** Milliseconds since 1970 UTC. */
  readonly at: number
}

/** How far the activity that is noted may lag behind the last message, in milliseconds. */
const slackMs = 30_000

const columns = {
  tenant: ['text', ({ tenant }: Activity) => tenant],
  conversation_id: ['text', ({ conversationId }: Activity) => conversationId],
  active_at: ['bigint', ({ at }: Activity) => at],
} as const

// In one order, so that two writers take their row locks in it.
const write = insertRows<Activity>(
  'conversation_activity',
  columns,
  `where (
    select true from conversation_activity known
    where known.conversation_id = new.conversation_id and known.tenant = new.tenant
      and known.active_at > new.active_at - ${slackMs}
    limit 1) is null
  order by conversation_id, tenant
  on conflict (conversation_id, tenant) do update
    set active_at = greatest(conversation_activity.active_at, excluded.active_at)`,
)

/** When something was last said in a conversation (migration 0010). */
export const conversationActivity = {
  slackMs,
  /** A row that says so already, to within the slack, is left alone: a look-up costs a fraction of a row. */
  note: (activities: readonly Activity[]): Statement => write(latestOf(activities)),
} as const

/** No statement may touch a row twice. */
function latestOf(activities: readonly Activity[]): readonly Activity[] {
  const latest = new Map<string, Activity>()
  for (const each of activities) {
    const key = `${each.tenant}\0${each.conversationId}`
    if ((latest.get(key)?.at ?? -1) < each.at) latest.set(key, each)
  }
  return [...latest.values()]
}
