import type { SendOutcome } from './contract.ts'

/**
 * The platform has done what was asked and names no message, since none was made: a reaction, a mark, a change. Our own
 * name for the attempt stands for it, so that no receipt about the message it was done to is taken for one about it.
 */
export const actionTaken = (echo: string): Extract<SendOutcome, { kind: 'sent' }> => ({
  kind: 'sent',
  providerMessageId: echo,
})
