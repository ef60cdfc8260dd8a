/**
 * For what a person answers within seven days; Meta restricts accounts whose programs use it.
 * https://developers.facebook.com/docs/messenger-platform/send-messages/message-tags
 */
export const humanAgentTag = { messaging_type: 'MESSAGE_TAG', tag: 'HUMAN_AGENT' } as const
