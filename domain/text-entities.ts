import type { TextEntity as EntityRecord } from '../schemas/types.ts'
import { present } from './present.ts'
import { type EntityType, entityTypes, type TextEntity } from './text-entity.ts'

/** `entities` as content has it. A type that this program does not know is left out: the words are shown all the same. */
export function textEntities(records: readonly EntityRecord[] | null): {
  readonly entities?: readonly TextEntity[]
} {
  if (records === null) return {}
  const entities = records.flatMap((record): TextEntity[] => {
    const type = entityTypes.find((each): each is EntityType => each === record.type)
    return type === undefined ? [] : [{ ...present(record), type }]
  })
  return entities.length > 0 ? { entities } : {}
}
