import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { adminKey, openGateway } from './open-gateway.ts'
import { personSocket } from './person-socket.ts'
import { tokenFor } from './token-for.ts'

describe("a person's token", () => {
  test('is made for one address of an account that is the caller’s', async (t) => {
    const open = await openGateway(t)
    const { token, expiresAt, ...about } = await tokenFor(open, 'ana')
    const participantId = open.tools.ids.participant('default', 'in-app', 'app', 'ana')
    assert.deepEqual(about, { account: 'app', address: 'ana', participantId })
    assert.ok(token.length > 40)
    assert.ok(Date.parse(expiresAt) > Date.now())
    for (const body of [{ address: 'a b' }, { address: 'ana', account: 'theirs' }]) {
      assert.equal((await open.api.call('/v1/in-app/tokens', { body })).status, 422)
    }
  })

  test('is needed, and must be whole, ours and not over', async (t) => {
    const open = await openGateway(t)
    const { httpPort } = open.gateway
    const { token } = await tokenFor(open, 'ana')
    const [expires = '', ...rest] = token.split('.')
    const later = [Number(expires) + 1, ...rest].join('.')
    const other = token.replace(Buffer.from('ana').toString('base64url'), 'Ymlh')
    for (const bad of ['', 'nonsense', later, other, `${token}.x`, adminKey]) {
      await assert.rejects(personSocket(httpPort, bad), /refused with 401/, bad)
    }
  })

  test('opens nothing but the socket', async (t) => {
    const open = await openGateway(t)
    const { token } = await tokenFor(open, 'ana')
    for (const path of ['/v1/conversations', '/v1/events', '/v1/messages/m1']) {
      assert.equal((await open.api.call(path, { key: token })).status, 401)
    }
  })
})
