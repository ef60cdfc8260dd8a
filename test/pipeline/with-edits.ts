import type { Edit } from '../../topology/pipeline/fault.ts'

/** The text with a fault's edits made; edits must not overlap. */
export function withEdits(text: string, edits: readonly Edit[]): string {
  return [...edits]
    .sort((one, other) => other.from - one.from)
    .reduce((rest, edit) => rest.slice(0, edit.from) + edit.text + rest.slice(edit.to), text)
}
