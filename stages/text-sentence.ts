/** What is wrong with a text that people are to read; undefined when nothing is. */
export function textSentence(field: string, text: string, maxText: number): string | undefined {
  if (text.trim() === '') return `${field} is empty.`
  if (text.length > maxText) {
    return `${field} has ${text.length} characters; at most ${maxText} are taken.`
  }
  // Half a surrogate pair has no UTF-8, so it would reach nobody as it was meant.
  if (!text.isWellFormed()) return `${field} is no well-formed Unicode text.`
  return undefined
}
