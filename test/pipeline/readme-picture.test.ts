import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { stageTypes } from '../../stages/index.ts'
import { mermaidOf } from '../../topology/pipeline/graph/mermaid.ts'
import { pictureMarks, withPicture } from '../../topology/pipeline/graph/with-picture.ts'
import { loadPipeline } from '../../topology/pipeline/load.ts'

const root = join(import.meta.dirname, '..', '..')
const readme = existsSync(join(root, 'README.md'))
  ? readFileSync(join(root, 'README.md'), 'utf8')
  : ''

test('the drawing goes between its marks and nowhere else', () => {
  const { start, end } = pictureMarks
  const before = `# Hub\n${start}\nold\n${end}\nrest\n`
  const after = withPicture(before, 'flowchart LR\n')
  assert.equal(after, `# Hub\n${start}\n\n\`\`\`mermaid\nflowchart LR\n\`\`\`\n\n${end}\nrest\n`)
  assert.equal(withPicture(after, 'flowchart LR\n'), after)
  assert.equal(withPicture('no marks', 'flowchart LR\n'), 'no marks')
})

test("the README's picture is what pipeline.yaml looks like", {
  skip: !readme.includes(pictureMarks.start) && 'the README has no place for the picture',
}, () => {
  const text = readFileSync(join(root, 'pipeline.yaml'), 'utf8')
  const { pipeline } = loadPipeline(text, 'pipeline.yaml', stageTypes)
  assert.ok(pipeline)
  assert.equal(withPicture(readme, mermaidOf(pipeline)), readme)
})
