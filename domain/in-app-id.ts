/**
 * The in-app channel's id of a message, which stands where a platform's would. It begins with the participant it was handed to, or who
 * wrote it, so whatever a person names is their own: nobody can acknowledge or quote what another has.
 */
export const inAppId = (participantId: string, id: string): string => `${participantId}.${id}`

/** The id as the person knows it; undefined for what is not theirs. */
export function ownInAppId(participantId: string, channelId: string): string | undefined {
  const prefix = inAppId(participantId, '')
  return channelId.startsWith(prefix) ? channelId.slice(prefix.length) : undefined
}
