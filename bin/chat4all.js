#!/usr/bin/env node
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from './node24.js'

run(join(dirname(fileURLToPath(import.meta.url)), '..', 'cli', 'main.ts'), process.argv.slice(2))
