import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { loadProtos } from '../../../gateway/grpc/load-protos.ts'
import { openGateway } from '../open-gateway.ts'
import { openApiBreaks } from './open-api-breaks.ts'
import { type ProtoContract, protoBreaks, protoContract } from './proto-contract.ts'

const files = { openApi: 'gateway/openapi.released.json', proto: 'proto/released.json' }
// Set at a release, by C4A_RELEASE_CONTRACTS=yes: what is served then becomes what must not break.
const releasing = process.env['C4A_RELEASE_CONTRACTS'] === 'yes'

// biome-ignore lint/suspicious/noExplicitAny: the tests plant faults anywhere in the documents.
type Any = any

const read = (file: string): Any => JSON.parse(readFileSync(file, 'utf8'))
const write = (file: string, contract: unknown) =>
  writeFileSync(file, `${JSON.stringify(contract, null, 1)}\n`)

describe('contracts', () => {
  test('OpenAPI breaks nobody who uses the last release', async (t) => {
    const { api } = await openGateway(t)
    if (releasing) write(files.openApi, api.document)
    assert.deepEqual(openApiBreaks(read(files.openApi), api.document as Any), [])
  })

  test('the protos break nobody who uses the last release', () => {
    const served = protoContract(loadProtos().all)
    if (releasing) write(files.proto, served)
    assert.deepEqual(protoBreaks(read(files.proto) as ProtoContract, served), [])
  })

  const openApiFaults: readonly [string, (document: Any) => void, RegExp][] = [
    ['a path is gone', (d) => delete d.paths['/v1/events'], /GET \/v1\/events is gone/],
    [
      'an answer loses a field',
      (d) => delete d.components.schemas.SendAnswer.properties.position,
      /position is gone/,
    ],
    [
      'an answer may lack a field',
      (d) => d.components.schemas.SendAnswer.required.pop(),
      /may now be absent/,
    ],
    [
      'a request needs more',
      (d) => d.components.schemas.SendRequest.required.push('messageId'),
      /messageId must now be sent/,
    ],
    [
      'a type changes',
      (d) => {
        d.components.schemas.EventPage.properties.more.type = 'string'
      },
      /was boolean and is string/,
    ],
    [
      'a limit falls',
      (d) => {
        d.components.schemas.BatchRequest.properties.messages.maxItems = 10
      },
      /lower maxItems/,
    ],
    [
      'a kind of content is gone',
      (d) => d.components.schemas.SendContent.oneOf.shift(),
      /<text> is gone/,
    ],
    [
      'a status is gone',
      (d) => delete d.paths['/v1/messages'].post.responses['503'],
      /-> 503 is gone/,
    ],
    [
      'a query parameter is gone',
      (d) => d.paths['/v1/events'].get.parameters.shift(),
      /query:\w+ is gone/,
    ],
    [
      'an enum loses a value',
      (d) => d.components.schemas.KeyRequest.properties.role.enum.pop(),
      /no longer takes reader/,
    ],
  ]
  for (const [name, plant, sentence] of openApiFaults) {
    test(`notices when ${name}`, () => {
      const changed = read(files.openApi)
      plant(changed)
      assert.match(openApiBreaks(read(files.openApi), changed).join('\n'), sentence)
    })
  }

  test('notices what breaks in the protos, and minds no addition', () => {
    const before = read(files.proto)
    const changed = read(files.proto)
    delete changed.messages['chat4all.v1.SendRequest']['3']
    changed.messages['chat4all.v1.Event']['1'] = 'event_id TYPE_INT64 LABEL_OPTIONAL'
    delete changed.methods['/chat4all.v1.MessageService/Send']
    assert.equal(protoBreaks(before, changed).length, 3)
    const more = read(files.proto)
    more.messages['chat4all.v1.Event']['99'] = 'more TYPE_STRING LABEL_OPTIONAL'
    assert.deepEqual(protoBreaks(before, more), [])
  })
})
