import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { typesOf } from './generate-types.ts'
import { loadSchemas } from './load.ts'

/** `npm run generate`: writes schemas/types.ts from schemas/avro. `--check` only compares (CI). */
const target = join(import.meta.dirname, 'types.ts')
const schemas = [...loadSchemas().values()]
const text = typesOf(schemas)

if (!process.argv.includes('--check')) {
  writeFileSync(target, text)
  console.log(`schemas/types.ts: ${schemas.length} record types`)
} else if (readFileSync(target, 'utf8') !== text) {
  console.error(
    'schemas/types.ts is not what schemas/avro says: run `npm run generate` and commit.',
  )
  process.exit(1)
}
