// biome-ignore-all lint/suspicious/noTemplateCurlyInString: pipeline.yaml spells its references so
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { checkCodes } from '../../topology/pipeline/check-codes.ts'
import { codeFrame } from '../../topology/pipeline/code-frame.ts'
import type { Place } from '../../topology/pipeline/fault.ts'
import { faultGithub } from '../../topology/pipeline/fault-github.ts'
import { faultText } from '../../topology/pipeline/fault-text.ts'
import { faultCodes } from '../../topology/pipeline/faults.ts'
import { loadPipeline } from '../../topology/pipeline/load.ts'
import { masked } from '../../topology/pipeline/masked.ts'
import { readSource } from '../../topology/pipeline/source.ts'
import { effect, small } from './small-pipelines.ts'
import { stageTypes } from './stage-types.ts'

const place = (line: number, column: number, length = 1): Place => ({
  file: 'p.yaml',
  line,
  column,
  from: 0,
  to: length,
})

describe('text', () => {
  test('a fault shows place, code, frame with caret, why and fix', () => {
    const yaml = small.replace('in: a', 'in: aa')
    assert.equal(
      faultText(loadPipeline(yaml, 'p.yaml', stageTypes).faults, yaml),
      `p.yaml:10:9 error C4A1102 There is no topic 'aa'
   9 |     use: validate
> 10 |     in: aa
     |         ^^
  11 |     out: { accepted: b, rejected: r }
  why: ${faultCodes.C4A1102.why}
  fix: Did you mean 'a'?
`,
    )
  })

  test('a second place is shown', () => {
    const yaml = small.replace('b: { value: Message', 'b: { value: Receipt')
    const text = faultText(loadPipeline(yaml, 'p.yaml', stageTypes).faults, yaml)
    assert.match(text, /^ {2}see: p\.yaml:5:15 its type is declared here$/m)
  })

  test('frames stay in the file at its first and last line, and tabs stay tabs', () => {
    assert.equal(codeFrame('one\ntwo', place(1, 2)), '> 1 | one\n    |  ^\n  2 | two')
    assert.equal(codeFrame('one\ntwo', place(2, 1, 3)), '  1 | one\n> 2 | two\n    | ^^^')
    assert.equal(codeFrame('\ta', place(1, 2)), '> 1 | \ta\n    | \t^')
  })

  test('a caret over more than a line ends with the line, and one over nothing is still seen', () => {
    assert.match(codeFrame('abc\ndef', place(1, 2, 99)), /\n {4}\| {2}\^\^\n/)
    assert.match(codeFrame('', place(1, 1, 0)), /\^$/)
  })
})

describe('github', () => {
  test('a fault is a workflow command on its line', () => {
    const yaml = small.replace('in: a', 'in: aa')
    const { faults } = loadPipeline(yaml, 'a,b:c.yaml', stageTypes)
    assert.match(
      faultGithub(faults),
      /^::error file=a%2Cb%3Ac\.yaml,line=10,col=9,title=C4A1102::There is no topic 'aa'\. .* Fix: Did you mean 'a'\?\n$/,
    )
  })

  test('percent signs and line ends cannot break out of the command', () => {
    const yaml = small.replace('in: a', 'in: "100%\\n::error::x"')
    const { faults } = loadPipeline(yaml, 'p.yaml', stageTypes)
    const lines = faultGithub(faults).split('\n').filter(Boolean)
    assert.equal(lines.length, faults.length)
    assert.ok(lines.some((line) => line.includes('100%25%0A::error::x')))
  })
})

describe('secrets in frames', () => {
  const shown = (yaml: string) => masked(readSource(yaml, 'p.yaml'))

  test('plain text under secrets, verifyToken and keys that sound like it is starred out, place for place', () => {
    const yaml = effect
      .replace('"${TOKEN}"', 'EAAhunter2')
      .replace('"${VERIFY}"', '"hunter2 too"')
      .replace('["${SECRET}"]', '["${SECRET:-hunter2}", \'hunter2\']')
      .replace('{ channel: whatsapp }', '{ channel: whatsapp, apiPassword: hunter2 }')
    const text = shown(yaml)
    assert.equal(text.length, yaml.length)
    assert.doesNotMatch(text, /hunter/)
    const frames = faultText(loadPipeline(yaml, 'p.yaml', stageTypes).faults, text)
    assert.match(frames, /C4A1601/)
    assert.doesNotMatch(frames, /hunter/)
  })

  test('references, and the simulator as their default, stay readable', () => {
    const yaml = effect.replace('"${TOKEN}"', '"${TOKEN:-simulator}"')
    assert.equal(shown(yaml), yaml)
  })

  test('where the YAML cannot be read, whatever follows such a key is starred out', () => {
    const text = shown('a: [\nsecrets: { token: EAAhunter2 }\nplain: text\n')
    assert.doesNotMatch(text, /hunter/)
    assert.match(text, /plain: text/)
  })
})

test('docs/check-codes.md is what the catalogue says', () => {
  const file = join(import.meta.dirname, '..', '..', 'docs', 'check-codes.md')
  const doc = readFileSync(file, 'utf8')
  assert.equal(doc, checkCodes())
  for (const code of Object.keys(faultCodes)) assert.ok(doc.includes(`| ${code} |`), code)
})
