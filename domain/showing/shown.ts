import type { Content } from '../content.ts'
import type { ShowingRule } from './rules.ts'

/** What a channel shows of a content: in the order it is to be sent, and by which rules where it is not as it came. */
export type Shown =
  | {
      readonly kind: 'shown'
      readonly parts: readonly Content[]
      readonly rules: readonly ShowingRule[]
    }
  | { readonly kind: 'rejected'; readonly why: string }
