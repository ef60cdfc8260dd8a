import type { HintFrame, PersonFrame } from '../operations/in-app.ts'

/** What is for those who are there now, and stands in no log. */
export const isHint = (frame: PersonFrame | HintFrame): frame is HintFrame =>
  frame.type === 'watch' || frame.type === 'unwatch' || frame.type === 'typing'
