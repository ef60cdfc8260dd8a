/**
 * The platform's id of a message. What was done to it, and its attachments, have ids behind it (`m_1#2`, `m_1#edit:1`);
 * an answer to them quotes the message.
 */
export const midOf = (id: string): string => id.split('#', 1)[0] ?? id
