import type { Option, Settings } from '../contract/stage.ts'
import type { Standing } from './fault-log.ts'
import type { Definition, Field } from './field.ts'
import { type Item, read } from './read.ts'
import type { ReadContext } from './read-context.ts'
import type { SourceMap } from './source.ts'
import type { StageTypeView } from './stage-type-view.ts'
import { durationOf, sizeOf } from './units.ts'

/** `with`, read by the options of the stage type: durations in milliseconds, sizes in bytes, defaults filled in. */
export function readSettings(
  written: Item<SourceMap> | undefined,
  type: StageTypeView,
  stageAt: Standing,
  context: ReadContext,
): { readonly settings: Settings; readonly items: Readonly<Record<string, Item<unknown>>> } {
  const definition = settingsDefinition(type)
  const empty: SourceMap = { kind: 'map', entries: [], flow: false, ...stageAt }
  const items = read(written?.value ?? empty, definition, context) as Record<string, Item<unknown>>
  const settings: Record<string, Settings[string]> = {}
  for (const [name, option] of Object.entries(type.options)) {
    const item = items[name]
    settings[name] = item ? settingOf(item.value) : defaultOf(option)
  }
  return { settings, items }
}

/** The table of a stage type's options, in the form of the file's own tables. */
export function settingsDefinition(type: StageTypeView): Definition {
  const fields: Record<string, Field> = {}
  for (const [name, option] of Object.entries(type.options)) fields[name] = fieldOf(option)
  return { name: `'${type.name}'`, doc: `Settings of the stage type ${type.name}.`, fields }
}

function fieldOf(option: Option): Field {
  const base = {
    doc: option.doc,
    ...(option.required && { required: true as const }),
    ...(typeof option.default === 'string' || typeof option.default === 'number'
      ? { default: option.default }
      : {}),
    ...(typeof option.default === 'boolean' ? { default: String(option.default) } : {}),
  }
  switch (option.type) {
    case 'number':
      return { ...base, is: 'number' }
    case 'boolean':
      return { ...base, is: 'boolean' }
    case 'duration':
      return { ...base, is: 'duration' }
    case 'size':
      return { ...base, is: 'size' }
    case 'string[]':
      return {
        ...base,
        is: 'list',
        of: { is: 'text', doc: 'A text.', ...(option.oneOf && { oneOf: option.oneOf }) },
      }
    case 'string':
      return { ...base, is: 'text', ...(option.oneOf && { oneOf: option.oneOf }) }
  }
}

function defaultOf({ type, default: value }: Option): Settings[string] {
  if (typeof value !== 'string') return value
  if (type === 'duration') return durationOf(value)
  return type === 'size' ? sizeOf(value) : value
}

function settingOf(value: unknown): Settings[string] {
  if (Array.isArray(value)) return value.map((item: Item<unknown>) => String(item.value))
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? value
    : undefined
}
