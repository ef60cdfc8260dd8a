import { type ParsedSchema, parseSchema } from './canonical-schema.ts'
import { incompatibilities } from './incompatibilities.ts'

/** Confluent's levels. Plain: against the latest version; transitive: against all of them. */
export const levels = [
  'NONE',
  'BACKWARD',
  'BACKWARD_TRANSITIVE',
  'FORWARD',
  'FORWARD_TRANSITIVE',
  'FULL',
  'FULL_TRANSITIVE',
] as const
export type Level = (typeof levels)[number]

export interface EarlierVersion {
  readonly version: number
  readonly schema: string
}

/**
 * Why the level forbids a schema beside the earlier versions (oldest first); none when it does not.
 * BACKWARD: the new schema reads the old data. FORWARD: the old schemas read the new data.
 */
export function violations(
  level: Level,
  schema: ParsedSchema,
  earlier: readonly EarlierVersion[],
): readonly string[] {
  const others = level.endsWith('_TRANSITIVE') ? earlier.toReversed() : earlier.slice(-1)
  const backward = level.startsWith('BACKWARD') || level.startsWith('FULL')
  const forward = level.startsWith('FORWARD') || level.startsWith('FULL')
  return others.flatMap(({ version, schema: text }) => {
    const { type } = parseSchema(text)
    return [
      ...(backward ? incompatibilities(schema.type, type) : []).map(
        (why) => `the new schema cannot read data of version ${version}: ${why}`,
      ),
      ...(forward ? incompatibilities(type, schema.type) : []).map(
        (why) => `version ${version} cannot read data of the new schema: ${why}`,
      ),
    ]
  })
}
