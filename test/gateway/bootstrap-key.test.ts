import assert from 'node:assert/strict'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { bootstrapKey } from '../../gateway/auth/bootstrap-key.ts'
import { isCode } from '../../topology/contract/errors.ts'
import { openGateway } from './open-gateway.ts'

describe('the bootstrap key', () => {
  test('is taken as given, any 32 characters', async (t) => {
    const given = 'olá com espaço, e 32 caracteres !'
    assert.deepEqual(await bootstrapKey(given, '/nowhere/x'), { key: given, from: 'setting' })
    await assert.rejects(bootstrapKey('short', '/nowhere/x'), (error) =>
      isCode(error, 'C4A_SETTING_INVALID'),
    )
    const { api } = await openGateway(t, { settings: { bootstrapKey: given } })
    const key = Buffer.from(given).toString('latin1')
    assert.equal((await api.call('/v1/keys', { key })).status, 200)
  })

  test('is made into a file that only its owner can read, and found there again', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'c4a-'))
    t.after(() => rm(folder, { recursive: true }))
    const file = join(folder, 'data', 'admin.key')
    const made = await bootstrapKey(undefined, file)
    assert.equal(made.from, 'made')
    assert.match(made.key, /^c4a_bootstrap_[0-9a-f]{48}$/)
    assert.equal((await stat(file)).mode & 0o777, 0o600)
    assert.deepEqual(await bootstrapKey('', file), { key: made.key, from: 'file' })
    await writeFile(file, 'half')
    await assert.rejects(bootstrapKey(undefined, file), (error) =>
      isCode(error, 'C4A_SETTING_INVALID'),
    )
  })
})
