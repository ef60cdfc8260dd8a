import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { typesOf } from './generate-types.ts'

/** `npm run generate`: writes schemas/types.ts from schemas/avro. `--check` only compares (CI). */
const folder = import.meta.dirname
const target = join(folder, 'types.ts')
const schemas = readdirSync(join(folder, 'avro'))
  .filter((name) => name.endsWith('.avsc'))
  .sort()
  .map((name) => JSON.parse(readFileSync(join(folder, 'avro', name), 'utf8')))
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
