import type { Conversation, Member, Participant } from '../../schemas/types.ts'
import { Chat4AllError } from '../../topology/contract/errors.ts'
import type { NewRecord, Position } from '../../topology/contract/record.ts'
import type { Caller } from '../auth/caller.ts'
import type { GatewayTools } from '../tools.ts'
import { appendOrFail } from './append-or-fail.ts'
import { type ConversationJson, conversationJson } from './conversation-json.ts'
import type { CreatedConversation } from './create-conversation.ts'
import { memberRecords } from './member-records.ts'
import { mustExist } from './must-exist.ts'
import { type NewParticipant, newParticipants } from './new-participants.ts'
import type { PositionTokens } from './position-token.ts'
import type { ReadYourWrites } from './read-your-writes.ts'

const mostMembers = 100

/** After its check against schemas/members. */
export interface MembersRequest {
  readonly participants: readonly NewParticipant[]
}

/** Without a position where nothing changed. */
export type ChangedConversation = ConversationJson & Partial<Pick<CreatedConversation, 'position'>>

/**
 * Who is in a group. Each change is a record of one person, so that two made at once do not undo each other; it is
 * answered when the tables show it, or after two seconds all the same. From then on a message that is accepted goes to
 * who came, and to who left no more.
 */
export interface Members {
  get(
    conversationId: string,
    position: string | undefined,
    caller: Caller,
  ): Promise<ConversationJson>
  /** Who is there already stays as they are. Throws C4A_NOT_FOUND, C4A_UNPROCESSABLE, C4A_UNAVAILABLE. */
  add(conversationId: string, request: MembersRequest, caller: Caller): Promise<ChangedConversation>
  /** Throws C4A_NOT_FOUND also where nobody of that id is in it. */
  remove(
    conversationId: string,
    participantId: string,
    caller: Caller,
  ): Promise<ChangedConversation>
}

type MemberTools = Pick<
  GatewayTools,
  'broker' | 'codec' | 'ids' | 'clock' | 'channels' | 'topics' | 'directory' | 'waitFor'
>

export function memberOperations(
  tools: MemberTools,
  positions: PositionTokens,
  readYourWrites: ReadYourWrites,
  waitMs: number,
): Members {
  const { broker, clock, directory } = tools
  const named = newParticipants(tools)

  async function known(tenant: string, conversationId: string): Promise<Conversation> {
    const [found] = await directory.conversations([{ tenant, conversationId }])
    if (found === undefined) await mustExist(directory, tenant, conversationId)
    return found as Conversation // else it has thrown
  }

  async function group(tenant: string, conversationId: string): Promise<Conversation> {
    const found = await known(tenant, conversationId)
    if (found.kind === 'group') return found
    throw new Chat4AllError('C4A_UNPROCESSABLE', {
      what: `Conversation '${conversationId}' is no group`,
      why: 'it is the direct one with one person, for good',
      todo: 'Create a group with POST /v1/conversations: it takes two people or more',
    })
  }

  async function change(
    conversation: Conversation,
    participants: readonly Participant[],
    changed: readonly Member[],
  ): Promise<ChangedConversation> {
    const shown = conversationJson({ ...conversation, participants })
    const [first, ...rest] = memberRecords(changed, tools)
    if (first === undefined) return shown
    const records: readonly [NewRecord, ...NewRecord[]] = [first, ...rest]
    const appended = await appendOrFail(broker, records)
    const ofMembers = appended.filter(({ topic }) => topic === tools.topics.members)
    await Promise.all(ofMembers.map((position: Position) => tools.waitFor(position, waitMs)))
    return { ...shown, position: positions.write(ofMembers.at(-1) ?? appended[0]) }
  }

  return {
    async get(conversationId, position, { tenant }) {
      await readYourWrites(position)
      return conversationJson(await known(tenant, conversationId))
    },

    async add(conversationId, request, { tenant, keyId }) {
      const conversation = await group(tenant, conversationId)
      const present = new Set(conversation.participants.map(({ participantId }) => participantId))
      const joinedAt = clock.now()
      const newcomers = named(request.participants, tenant)
        .filter(({ participantId }) => !present.has(participantId))
        .map((participant) => ({ ...participant, joinedAt }))
      const participants = [...conversation.participants, ...newcomers]
      if (participants.length > mostMembers) throw tooMany(conversationId, participants.length)
      return change(
        conversation,
        participants,
        newcomers.map((each) => ({
          ...each,
          tenant,
          conversationId,
          leftAt: null,
          changedBy: keyId,
        })),
      )
    },

    async remove(conversationId, participantId, { tenant, keyId }) {
      const conversation = await group(tenant, conversationId)
      const gone = conversation.participants.find((each) => each.participantId === participantId)
      if (gone === undefined) throw notThere(conversationId, participantId)
      const participants = conversation.participants.filter((each) => each !== gone)
      const joinedAt = gone.joinedAt ?? conversation.createdAt
      const leftAt = clock.now()
      return change(conversation, participants, [
        { ...gone, tenant, conversationId, joinedAt, leftAt, changedBy: keyId },
      ])
    },
  }
}

const tooMany = (conversationId: string, count: number): Chat4AllError =>
  new Chat4AllError('C4A_UNPROCESSABLE', {
    what: `Conversation '${conversationId}' would have ${count} people`,
    why: `a group has at most ${mostMembers}`,
    todo: 'Remove some, or begin another group',
  })

const notThere = (conversationId: string, participantId: string): Chat4AllError =>
  new Chat4AllError('C4A_NOT_FOUND', {
    what: `Nobody '${participantId}' is in conversation '${conversationId}'`,
    why: 'they left, or never were in it',
    todo: 'See who is in it: GET /v1/conversations/{conversationId}',
  })
