import type { Capabilities } from '../contract.ts'

const characters = (max: number) => ({ max, unit: 'characters' }) as const

/**
 * Buttons of the Messenger Platform: quick replies, of which a message takes 13, or the button template where one of
 * them opens a link. Both platforms have the same.
 */
export const pageMenus: Omit<NonNullable<Capabilities['buttons']>, 'text'> = {
  most: 13,
  title: characters(20),
  id: characters(1000),
  withUrls: { most: 3, text: characters(640) },
}
