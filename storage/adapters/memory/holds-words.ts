/** As PostgreSQL's `websearch_to_tsquery('simple', query)` finds: all the words, "a phrase", -not, a or b. */
export function holdsWords(text: string, query: string): boolean {
  const words = wordsOf(text)
  const terms = [...query.matchAll(/(-?)(?:"([^"]*)"|([^\s"]+))/gu)].map(
    ([, minus, phrase, word]) => ({
      not: minus === '-',
      or: phrase === undefined && word?.toLowerCase() === 'or',
      words: wordsOf(phrase ?? word ?? ''),
    }),
  )
  let holds = true
  let any = false
  let alternative = false
  for (const term of terms) {
    if (term.or) {
      alternative = true
      continue
    }
    if (term.words.length === 0) continue
    const found = isPhrase(words, term.words) !== term.not
    // `or` binds less than what stands side by side, so it begins anew.
    if (alternative && holds && any) return true
    holds = alternative ? found : holds && found
    any = true
    alternative = false
  }
  return any && holds
}

const wordsOf = (text: string): readonly string[] =>
  text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []

const isPhrase = (words: readonly string[], phrase: readonly string[]): boolean =>
  words.some((_, at) => phrase.every((word, nth) => words[at + nth] === word))
