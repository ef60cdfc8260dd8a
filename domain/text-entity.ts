export const entityTypes = [
  'bold',
  'italic',
  'underline',
  'strikethrough',
  'spoiler',
  'code',
  'pre',
  'quote',
  'link',
] as const
export type EntityType = (typeof entityTypes)[number]

/** A run of a text that is shown in a way of its own. Runs may be nested. */
export interface TextEntity {
  readonly type: EntityType
  /** In UTF-16 units, as JavaScript and Telegram count. */
  readonly offset: number
  readonly length: number
  /** link: where it leads. */
  readonly url?: string
}
