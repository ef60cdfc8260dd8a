import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadSchemas } from '../../schemas/load.ts'
import { avroCodec } from '../../topology/codec/avro-codec.ts'
import { isCode } from '../../topology/contract/errors.ts'
import { memoryRegistry } from '../../topology/registry/memory.ts'
import { hello } from '../conformance/codec.ts'

const schemas = loadSchemas()

test('a projection gives the named fields and no others', async () => {
  const codec = await avroCodec(schemas, memoryRegistry())
  const read = codec.project('Message', ['tenant', 'messageId', 'expiresAt'])
  const expected = { messageId: 'm-1', tenant: 'default', expiresAt: null }
  assert.deepStrictEqual(read(codec.encode('Message', hello)), expected)
})

test('a projection reads what another version wrote, once it was learned', async () => {
  const registry = memoryRegistry()
  const message = schemas.get('Message')
  assert.ok(message)
  const extra = { name: 'colour', type: 'string', default: 'red' }
  const later = new Map([['Message', { ...message, fields: [extra, ...message.fields] }]])
  const [old, young] = [await avroCodec(schemas, registry), await avroCodec(later, registry)]
  const bytes = young.encode('Message', { ...hello, colour: 'blue' })
  const read = old.project('Message', ['messageId'])
  assert.throws(
    () => read(bytes),
    (error) => isCode(error, 'C4A_SCHEMA_UNKNOWN'),
  )
  await old.learn('Message', [bytes])
  assert.deepStrictEqual(read(bytes), { messageId: 'm-1' })
})

test('a projection refuses a field that is not there', async () => {
  const codec = await avroCodec(schemas, memoryRegistry())
  assert.throws(() => codec.project('Message', ['tenant', 'colour']), /Message has no field colour/)
})

test('decoding an unknown schema has it fetched, so that trying again is enough', async () => {
  const registry = memoryRegistry()
  const asked: number[] = []
  const watched = {
    register: registry.register,
    schema(id: number) {
      asked.push(id)
      return registry.schema(id)
    },
  }
  const text = schemas.get('ReactionContent')
  assert.ok(text)
  const extra = { name: 'html', type: 'boolean', default: true }
  const later = new Map([['ReactionContent', { ...text, fields: [...text.fields, extra] }]])
  const [old, young] = [await avroCodec(schemas, watched), await avroCodec(later, registry)]
  const bytes = young.encode('ReactionContent', { emoji: 'hi', html: false })
  for (let turn = 0; turn < 3; turn++) {
    assert.throws(
      () => old.decode('ReactionContent', bytes),
      (error) => isCode(error, 'C4A_SCHEMA_UNKNOWN'),
    )
  }
  // Nobody calls learn; what was begun ends within the turn.
  await new Promise((resolve) => setImmediate(resolve))
  assert.deepStrictEqual(old.decode('ReactionContent', bytes), { emoji: 'hi' })
  assert.equal(asked.length, 1)
})

test('an id that the registry lacked is asked for again after a while', async () => {
  const registry = memoryRegistry()
  let nowMs = 0
  let known = false
  const text = JSON.stringify(schemas.get('ReactionContent'))
  const late = { register: registry.register, schema: async () => (known ? text : undefined) }
  const codec = await avroCodec(schemas, late, () => nowMs)
  const bytes = Buffer.from('00000012670468'.concat('69'), 'hex')
  await codec.learn('ReactionContent', [bytes])
  const undecodable = (error: unknown) => isCode(error, 'C4A_RECORD_UNDECODABLE')
  known = true
  await codec.learn('ReactionContent', [bytes])
  assert.throws(() => codec.decode('ReactionContent', bytes), undecodable)
  nowMs = 60_001
  await codec.learn('ReactionContent', [bytes])
  assert.deepStrictEqual(codec.decode('ReactionContent', bytes), { emoji: 'hi' })
})

test('a registry that fails is asked again by the next learner', async () => {
  const registry = memoryRegistry()
  let broken = true
  const text = JSON.stringify(schemas.get('ReactionContent'))
  const flaky = {
    register: registry.register,
    schema: () => (broken ? Promise.reject(new Error('away')) : Promise.resolve(text)),
  }
  const codec = await avroCodec(schemas, flaky)
  const bytes = Buffer.from('0000001267046869', 'hex')
  await assert.rejects(codec.learn('ReactionContent', [bytes]), /away/)
  broken = false
  await codec.learn('ReactionContent', [bytes])
  assert.deepStrictEqual(codec.decode('ReactionContent', bytes), { emoji: 'hi' })
})
