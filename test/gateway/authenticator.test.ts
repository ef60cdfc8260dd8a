import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { keyedIds } from '../../domain/ids.ts'
import { mintApiKey } from '../../gateway/auth/api-key.ts'
import { authenticator } from '../../gateway/auth/authenticator.ts'
import type { ApiKey } from '../../schemas/types.ts'
import { isCode } from '../../topology/contract/errors.ts'

const ids = keyedIds(Buffer.from('a secret of the tests'))

function open({ isLoaded = true } = {}) {
  const minted = mintApiKey(ids)
  const key: ApiKey = {
    tenant: 'default',
    keyId: minted.keyId,
    name: '',
    role: 'sender',
    hash: 'the hash',
    createdAt: 0,
    revokedAt: null,
  }
  const kept = new Map([[key.keyId, key]])
  const seen = { checks: 0, running: 0, most: 0, failures: [] as string[] }
  const { authenticate, known } = authenticator({
    ids,
    ring: { get: (keyId) => kept.get(keyId), isLoaded },
    bootstrap: { key: 'bootstrap'.repeat(4), tenant: 'default' },
    onFailure: (why) => seen.failures.push(why),
    async verify(_, secret) {
      seen.checks++
      seen.most = Math.max(seen.most, ++seen.running)
      await new Promise((resolve) => setImmediate(resolve))
      seen.running--
      return secret === minted.secret
    },
  })
  return { minted, key, kept, seen, authenticate, known, bearer: `Bearer ${minted.text}` }
}

describe('authenticator', () => {
  test('runs argon2 once for a good key, then knows it by its digest', async () => {
    const { authenticate, known, bearer, seen } = open()
    assert.equal(known(bearer, {}), undefined)
    for (let n = 0; n < 10; n++) assert.equal((await authenticate(bearer)).role, 'sender')
    assert.equal(known(bearer, {})?.tenant, 'default')
    assert.equal(seen.checks, 1)
  })

  test('knows by a connection the key that it showed last, and no other', async () => {
    const { authenticate, known, bearer } = open()
    const bootstrap = `Bearer ${'bootstrap'.repeat(4)}`
    await authenticate(bearer)
    await authenticate(bootstrap)
    const connection = {}
    for (let n = 0; n < 3; n++) {
      assert.equal(known(bearer, connection)?.role, 'sender')
      assert.equal(known(`${bearer.slice(0, -1)}!`, connection), undefined)
      assert.equal(known(`${bearer}0`, connection), undefined)
      assert.equal(known(undefined, connection), undefined)
      assert.equal(known(bootstrap, connection)?.role, 'admin')
    }
  })

  test('never runs argon2 for a key that this hub did not make', async () => {
    const { authenticate, minted, seen } = open()
    const { text, keyId } = minted
    const elsewhere = mintApiKey(keyedIds(Buffer.from('another secret')))
    const bad = [
      `${text.slice(0, -1)}${text.endsWith('0') ? '1' : '0'}`,
      `c4a_${keyId}_${elsewhere.secret}`,
      `c4a_${keyId}_${'0'.repeat(60)}`,
      elsewhere.text,
      'c4a_x_y',
      'anything',
    ]
    for (const each of bad) {
      await assert.rejects(authenticate(`Bearer ${each}`), (error) =>
        isCode(error, 'C4A_UNAUTHENTICATED'),
      )
    }
    await assert.rejects(authenticate(undefined))
    await assert.rejects(authenticate(text), 'a key without Bearer is none')
    assert.equal(seen.checks, 0)
    assert.equal(seen.failures.length, bad.length + 2)
  })

  test('checks few at a time, and turns away what would wait too long', async () => {
    const { authenticate, bearer, seen } = open()
    const asked = Array.from({ length: 200 }, () => authenticate(bearer))
    const answers = await Promise.allSettled(asked)
    assert.equal(seen.most, 2)
    const refused = answers.filter(({ status }) => status === 'rejected')
    assert.equal(refused.length, 200 - 2 - 64)
    for (const each of refused) {
      assert.ok(each.status === 'rejected' && isCode(each.reason, 'C4A_TOO_MANY_REQUESTS'))
    }
  })

  test('forgets what it knew as soon as the key is another', async () => {
    const { authenticate, known, kept, key, bearer } = open()
    await authenticate(bearer)
    const connection = {}
    assert.equal(known(bearer, connection)?.role, 'sender')
    kept.set(key.keyId, { ...key, revokedAt: 1 })
    assert.equal(known(bearer, connection), undefined)
    assert.equal(known(bearer, {}), undefined)
    await assert.rejects(authenticate(bearer), (error) => isCode(error, 'C4A_UNAUTHENTICATED'))
  })

  test('asks for patience, not for another key, while the keys are being read', async () => {
    const { authenticate, kept, bearer } = open({ isLoaded: false })
    kept.clear()
    await assert.rejects(authenticate(bearer), (error) => isCode(error, 'C4A_UNAVAILABLE'))
    const admin = await authenticate(`Bearer ${'bootstrap'.repeat(4)}`)
    assert.equal(admin.role, 'admin')
  })
})
