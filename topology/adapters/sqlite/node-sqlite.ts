// biome-ignore lint/correctness/noUnresolvedImports: Biome 2.6.8 does not know this built-in module; imported here only, so that the exception stands once.
export { DatabaseSync, type StatementSync } from 'node:sqlite'
