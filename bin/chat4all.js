#!/usr/bin/env node
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from './node24.js'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
// Keeps what was compiled (and stripped of types) for the next start, which then loads in half the time.
process.env.NODE_COMPILE_CACHE ??= join(root, 'node_modules', '.cache', 'chat4all')
run(join(root, 'cli', 'main.ts'), process.argv.slice(2))
