import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { permissions, roles } from '../../gateway/auth/roles.ts'
import { errorCodes } from '../../topology/contract/errors.ts'

const rowsOf = (file: string, first: RegExp) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => first.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )

describe('documents', () => {
  test('docs/errors.md tells of every code, and of no other', () => {
    const told = rowsOf('docs/errors.md', /^\| `C4A_/).map(([code, status, again]) => [
      code?.replaceAll('`', ''),
      Number(status),
      again === 'yes',
    ])
    const real = Object.entries(errorCodes).map(([code, { status, retryable }]) => [
      code,
      status,
      retryable,
    ])
    assert.deepEqual(told, real)
  })

  test('docs/api.md tells what each role may do', () => {
    const told = rowsOf('docs/api.md', /^\| `[\w-]+:[\w-]+`/)
    const real = Object.entries(permissions).map(([permission, allowed]) => [
      `\`${permission}\``,
      ...roles.map((role) => ((allowed as readonly string[]).includes(role) ? 'yes' : '')),
    ])
    assert.deepEqual(
      told.map(([permission, , ...allowed]) => [permission, ...allowed]),
      real,
    )
  })
})
