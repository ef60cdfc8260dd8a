// The one place that imports the library, so that its exception stands once.
// biome-ignore lint/correctness/noUnresolvedImports: avsc's "main" names a folder; Node finds lib/index.js in it, Biome does not.
import avsc, { type Schema, type Type } from 'avsc'

export type { Schema, Type }
export const AvroType = avsc.Type
