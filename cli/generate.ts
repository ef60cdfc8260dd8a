import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { channelsTable } from '../connectors/channels-table.ts'
import '../schemas/generate.ts'
import { loadSchemas } from '../schemas/load.ts'
import { schemasPage } from '../schemas/schemas-page.ts'
import { stageTypes } from '../stages/index.ts'
import { checkCodes } from '../topology/pipeline/check-codes.ts'
import { mermaidOf } from '../topology/pipeline/graph/mermaid.ts'
import { withPicture } from '../topology/pipeline/graph/with-picture.ts'
import { jsonSchemaOf } from '../topology/pipeline/json-schema.ts'
import { loadPipeline } from '../topology/pipeline/load.ts'
import type { Pipeline } from '../topology/pipeline/model.ts'
import { referenceOf } from '../topology/pipeline/reference.ts'
import { settingsPage } from './settings-page.ts'

/**
 * `npm run generate`: writes what is made from pipeline.yaml's tables, after the record types. `--check`
 * only compares (CI). It stands here because only the command line knows the stage types.
 */
const root = join(import.meta.dirname, '..')
const startMark = '<!-- Made by `npm run generate` from here on. Do not edit below. -->\n'

const below = (former: string, made: string): string =>
  `${former.split(startMark)[0] ?? ''}${startMark}\n${made}`
const readmePicture = (readme: string): string => withPicture(readme, mermaidOf(shippedPipeline()))

const targets: Readonly<Record<string, (former: string) => string>> = {
  'topology/pipeline/pipeline.schema.json': () =>
    `${JSON.stringify(jsonSchemaOf(stageTypes), null, 2)}\n`,
  'docs/check-codes.md': checkCodes,
  // The head is written by hand, the reference below the mark is made.
  'docs/pipeline.md': (former) => below(former, referenceOf(stageTypes)),
  'docs/channels.md': (former) => below(former, channelsTable()),
  'docs/schemas.md': (former) => below(former, schemasPage([...loadSchemas().values()])),
  'docs/settings.md': (former) => below(former, settingsPage(read(join(root, 'pipeline.yaml')))),
  // Only where the README has the marks.
  'README.md': readmePicture,
}

for (const [file, make] of Object.entries(targets)) {
  const path = join(root, file)
  const former = read(path)
  const text = make(former)
  if (former === text) continue
  if (process.argv.includes('--check')) {
    console.error(`${file} is out of date: run \`npm run generate\` and commit.`)
    process.exitCode = 1
  } else {
    writeFileSync(path, text)
    console.log(`${file}: written`)
  }
}

function shippedPipeline(): Pipeline {
  const { pipeline, faults } = loadPipeline(
    read(join(root, 'pipeline.yaml')),
    'pipeline.yaml',
    stageTypes,
  )
  if (pipeline) return pipeline
  throw new Error(`pipeline.yaml has ${faults.length} faults: run \`chat4all check\``)
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // The first time there is none yet.
    return ''
  }
}
