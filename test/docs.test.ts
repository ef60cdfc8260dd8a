import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { describe, test } from 'node:test'

const root = join(import.meta.dirname, '..')
const pages = globSync('{*.md,docs/**/*.md}', { cwd: root })
const textOf = (page: string) => readFileSync(join(root, page), 'utf8')
const linksOf = (page: string) =>
  [...textOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? '')

describe('documents', () => {
  test('link to what is there', () => {
    const broken = pages.flatMap((page) =>
      linksOf(page)
        .filter((link) => !/^(https?:|#)/.test(link))
        .filter((link) => !existsSync(join(root, dirname(page), link.split('#')[0] ?? '')))
        .map((link) => `${page}: ${link}`),
    )
    assert.ok(pages.length > 20)
    assert.deepEqual(broken, [])
  })

  test('name files of ours that are there', () => {
    const path =
      /`((?:bench|bin|cli|connectors|docs|domain|gateway|proto|schemas|stages|storage|test|topology)\/[\w./-]+)`/g
    const gone = pages.flatMap((page) =>
      [...textOf(page).matchAll(path)]
        .map((match) => match[1] ?? '')
        .filter((file) => !existsSync(join(root, file)))
        // Without its ending, or a file that the reader is to write.
        .filter(
          (file) =>
            !existsSync(join(root, `${file}.ts`)) && !existsSync(join(root, `${file}.yaml`)),
        )
        .map((file) => `${page}: ${file}`),
    )
    assert.deepEqual(gone, [])
  })

  test('name npm scripts and commands that are there', () => {
    const { scripts } = JSON.parse(textOf('package.json'))
    const named = pages.flatMap((page) => [...textOf(page).matchAll(/npm run ([\w-]+)/g)])
    const missing = named.map((match) => match[1] ?? '').filter((name) => !(name in scripts))
    assert.deepEqual([...new Set(missing)], [])
  })

  test('are all on the index', () => {
    const index = linksOf('docs/README.md').map((link) => join('docs', link))
    const inDocs = pages.filter((page) => /^docs\/(recipes\/)?[^/]+\.md$/.test(page))
    const missing = inDocs.filter((page) => page !== 'docs/README.md' && !index.includes(page))
    assert.deepEqual(missing, [])
  })
})

describe('decisions', () => {
  const records = pages.filter((page) => /^docs\/decisions\/\d{4}-/.test(page)).sort()

  test('have numbers of their own, without gaps', () => {
    assert.deepEqual(
      records.map((page) => Number(basename(page).slice(0, 4))),
      records.map((_, index) => index + 1),
    )
  })

  for (const page of records) {
    test(`${basename(page)} stands on the index and says when to look again`, () => {
      const [title = ''] = textOf(page).split('\n')
      const number = basename(page).slice(0, 4)
      assert.match(title, new RegExp(`^# ${number}: `))
      const row = `| [${number}](${basename(page)}) | ${title.slice(8)} |`
      assert.ok(textOf('docs/decisions/README.md').includes(row), row)
      for (const part of ['## Context', '## Decision', '## Rejected', '## Look again']) {
        assert.ok(textOf(page).includes(`\n${part}\n`), part)
      }
    })
  }
})
