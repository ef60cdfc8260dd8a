import type { Pipeline } from '../../topology/pipeline/model.ts'

/** Whose language the pipeline keeps the words of messages in; null where it keeps none. */
export function searchLanguage(pipeline: Pipeline): string | null {
  const writer = Object.values(pipeline.stages).find(({ use }) => use === 'status-update')
  const search = writer?.settings['search']
  return typeof search === 'string' && search !== 'off' ? search : null
}
