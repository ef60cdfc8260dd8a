import assert from 'node:assert/strict'
import type { PersonTokenJson } from '../../gateway/operations/in-app.ts'
import type { OpenGateway } from './open-gateway.ts'

/** What a person of account `app` connects with. */
export async function tokenFor(
  { api }: OpenGateway,
  address: string,
  more: object = {},
): Promise<PersonTokenJson> {
  const { status, json } = await api.call('/v1/in-app/tokens', { body: { address, ...more } })
  assert.equal(status, 201)
  return json
}
