import { Chat4AllError } from '../topology/contract/errors.ts'
import type { StageSetup } from '../topology/contract/stage.ts'
import type { ClosedRules } from './when-closed.ts'

/** `template` of deliver, `name/language`. Throws C4A_SETTING_INVALID where it is none. */
export function templateSetting({
  id,
  settings,
}: Pick<StageSetup<unknown>, 'id' | 'settings'>): NonNullable<ClosedRules['template']> {
  const value = settings['template']
  const [, name, language] = /^([a-z0-9_]+)\/([A-Za-z_]+)$/.exec(String(value)) ?? []
  if (name && language) return { name, language }
  throw new Chat4AllError('C4A_SETTING_INVALID', {
    what: `Setting 'template' of stage '${id}' names no template`,
    why: value === undefined ? "'whenClosed' is template" : `it is ${JSON.stringify(value)}`,
    todo: 'Write it like plain_words/pt_BR: its name on the platform, and its language',
  })
}
