// biome-ignore-all lint/suspicious/noTemplateCurlyInString: pipeline.yaml spells its references so
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { loadPipeline } from '../../topology/pipeline/load.ts'
import type { LoadOptions } from '../../topology/pipeline/load-options.ts'
import { effect, fused, round, small } from './small-pipelines.ts'
import { stageTypes } from './stage-types.ts'
import { withEdits } from './with-edits.ts'

const load = (yaml: string, options?: LoadOptions) =>
  loadPipeline(yaml, 'p.yaml', stageTypes, options)
const places = (yaml: string, options?: LoadOptions) =>
  load(yaml, options).faults.map(({ code, place }) => `${code} ${place.line}:${place.column}`)

describe('values', () => {
  test('durations are milliseconds, sizes bytes, and the defaults of a stage type are filled in', () => {
    const stage = load(effect.replace('records: 100,', 'records: 100, bytes: 2MiB,')).pipeline
      ?.stages['deliver']
    assert.deepEqual(stage?.window, { records: 100, bytes: 2_097_152, perGroup: 10 })
    assert.equal(stage.retry.holdMs, 120_000)
    assert.equal(stage.settings['expireAfter'], 86_400_000)
    assert.equal(stage.settings['settle'], undefined)
  })

  test('what a topic says itself wins over defaults.topic, which wins over the table', () => {
    const yaml = small.replace(
      'topics:',
      'defaults: { topic: { partitions: 3, retention: 2d } }\ntopics:',
    )
    const { topics } = load(yaml.replace('a: { ', 'a: { partitions: 5, ')).pipeline ?? {}
    assert.deepEqual([topics?.['a']?.partitions, topics?.['b']?.partitions], [5, 3])
    assert.equal(topics?.['b']?.retentionMs, 172_800_000)
    assert.equal(topics['b'].compat, 'FULL_TRANSITIVE')
  })

  test('a lookup waits for its store without end unless the file says otherwise, whatever the defaults', () => {
    const yaml = fused.replace(
      'topics:',
      'defaults: { stage: { retry: { holdFor: 1m } } }\ntopics:',
    )
    assert.equal(load(yaml).pipeline?.stages['dedup']?.retry.holdMs, Number.MAX_SAFE_INTEGER)
    const own = yaml.replace('    use: dedup', '    use: dedup\n    retry: { holdFor: 5m }')
    assert.equal(load(own).pipeline?.stages['dedup']?.retry.holdMs, 300_000)
  })

  test('a keyed effect without words of its own parks', () => {
    const bare = effect.replace(/ {4}retry.*\n {4}park.*\n/, '')
    const stage = load(bare).pipeline?.stages['deliver']
    assert.equal(stage?.retry.then, 'park')
    assert.equal(stage.park?.maxAgeMs, 86_400_000)
  })

  test('a discarded output is no output, and its reason is kept', () => {
    const stage = load(round).pipeline?.stages['enrich']
    assert.deepEqual(stage?.discards, { received: 'not asked for' })
    assert.equal(stage.outputs['received'], undefined)
    assert.deepEqual(stage.outputs['rekeyed'], { topic: 'a', maxHops: 2 })
  })
})

describe('names', () => {
  test('a misspelt name is one fault, and what depends on it is taken as meant', () => {
    assert.deepEqual(places(fused.replace('in: { from: b,', 'in: { from: bb,')), ['C4A1102 15:17'])
    assert.deepEqual(places(small.replace('use: validate', 'use: vaildate')), ['C4A1101 9:10'])
  })

  test('a name that resembles none is said to be unknown, with what there is', () => {
    const { faults } = load(small.replace('in: a', 'in: everything'))
    const fault = faults.find(({ code }) => code === 'C4A1102')
    assert.deepEqual(fault?.edits, [])
    assert.match(fault.fix, /a, b, r/)
  })

  test('a topic without its port goes to the port `in`; a stage without it says which it has', () => {
    const yaml = `version: 1
name: x
topics:
  i: { value: InboundItem, key: chat, source: gateway }
  m: { value: Message, key: conversation, sink: us }
stages:
  normalize:
    use: normalize
    in: i
    out: { messages: m, receipts: { discard: not here }, unsupported: { discard: not here } }
`
    const [fault, ...others] = load(yaml).faults
    assert.deepEqual(others, [])
    assert.equal(`${fault?.code} ${fault?.place.line}:${fault?.place.column}`, 'C4A1104 9:9')
    const mended = withEdits(yaml, fault?.edits ?? [])
    assert.match(mended, /in: \{ items: i \}/)
    assert.deepEqual(load(mended).faults, [])
  })

  test('names of the object prototype are unknown like any other', () => {
    for (const name of ['constructor', 'toString', '__proto__']) {
      const codes = load(small.replace('use: validate', `use: ${name}`)).faults.map(
        ({ code }) => code,
      )
      assert.ok(codes.includes('C4A1101'), name)
      assert.ok(
        places(small.replace('name: small', `name: small\n${name}: 1`)).includes('C4A1002 3:1'),
        name,
      )
    }
  })
})

describe('anchors and merge keys', () => {
  const shared = `version: 1
name: shared
topics:
  a: { value: Message, key: conversation, source: gateway }
  b: { value: Message, key: conversation, sink: us }
  r: &rejections { value: Rejection, key: conversation, sink: us }
stages:
  one: &one
    use: validate
    in: a
    out: { accepted: b, rejected: r }
  two:
    <<: *one
    in: a
  three:
    <<: [*one]
`
  test('merged entries are taken over, and own ones win', () => {
    const { pipeline, faults } = load(shared)
    assert.deepEqual(faults, [])
    assert.equal(pipeline?.stages['three']?.use, 'validate')
  })

  test('a fault in what is shared is one fault where it is written, and names where it is used', () => {
    const { faults } = load(shared.replace('accepted: b', 'acepted: b'))
    assert.deepEqual(
      faults.map(({ code, place, also }) => [
        code,
        `${place.line}:${place.column}`,
        also.map((second) => `${second.place.line}:${second.place.column} ${second.note}`),
      ]),
      [['C4A1104', '11:12', ['13:9 used here', '16:10 used here']]],
    )
  })

  test('an aliased value is judged where it is written', () => {
    const yaml = shared
      .replace('source: gateway', 'source: gateway, retention: &kept 5')
      .replace('b: { ', 'b: { retention: *kept, ')
    const [fault, ...others] = load(yaml).faults
    assert.deepEqual(others, [])
    assert.equal(`${fault?.place.line}:${fault?.place.column}`, '4:77')
    assert.deepEqual(
      fault?.also.map(({ place }) => `${place.line}:${place.column}`),
      ['5:19'],
    )
  })

  test('an alias inside its own anchor ends', () => {
    assert.ok(load('version: 1\nname: x\ntopics: &t { a: *t }\nstages: {}\n').faults.length > 0)
  })
})

describe('environment', () => {
  const yaml = effect.replace('https://graph.example', '${URL:-https://graph.example}/api')
  const values = { URL: 'https://other.example', TOKEN: 'tok-1', VERIFY: 'ver-1', SECRET: 'sec-1' }

  test('checking needs no values: defaults are taken and the rest stays as written', () => {
    const whatsapp = load(yaml).pipeline?.channels['whatsapp']
    assert.equal(whatsapp?.baseUrl, 'https://graph.example/api')
    assert.equal(whatsapp.accounts['demo']?.secrets['token'], '${TOKEN}')
  })

  test('values are filled in when they are asked for', () => {
    const { pipeline } = load(yaml, { resolve: 'values', environment: values })
    const whatsapp = pipeline?.channels['whatsapp']
    assert.equal(whatsapp?.baseUrl, 'https://other.example/api')
    assert.equal(whatsapp.accounts['demo']?.secrets['token'], 'tok-1')
    assert.deepEqual(whatsapp.endpoints['meta']?.secrets, ['sec-1'])
  })

  test('an empty value counts as none, and the message of `:?` is shown', () => {
    const { faults } = load(effect.replace('"${TOKEN}"', '"${TOKEN:?ask the platform}"'), {
      resolve: 'values',
      environment: { ...values, TOKEN: '' },
    })
    assert.deepEqual(
      faults.map(({ code, message }) => [code, message]),
      [['C4A1008', 'TOKEN has no value: ask the platform']],
    )
  })

  test('`$${` is a literal, and comments are left alone', () => {
    const literal = effect.replace(
      'https://graph.example',
      () => 'https://graph.example/$${id} # ${NOT_SET}',
    )
    const { pipeline } = load(literal, { resolve: 'values', environment: values })
    assert.equal(pipeline?.channels['whatsapp']?.baseUrl, 'https://graph.example/${id}')
  })

  test('a number may come from the environment, and is checked once it is known', () => {
    const partitions = small.replace('a: { ', 'a: { partitions: "${P}", ')
    assert.deepEqual(load(partitions).faults, [])
    const six = load(partitions, { resolve: 'values', environment: { P: '6' } })
    assert.equal(six.pipeline?.topics['a']?.partitions, 6)
    const bad = load(partitions, { resolve: 'values', environment: { P: 'hunter2' } })
    assert.deepEqual(
      bad.faults.map(({ code }) => code),
      ['C4A1004'],
    )
    assert.doesNotMatch(JSON.stringify(bad), /hunter2/)
  })

  test('no value stands in a fault, whatever is wrong with it', () => {
    const everywhere = effect
      .replace('channel: whatsapp', 'channel: "${V:-x}", onUnknown: "${V}", settle: "${V}"')
      .replace('[d, e]', '["${V:-d}", e]')
      .replace(
        'value: Delivery, key: participant, partitions: 4, retention: 7d',
        'value: "${V:-Delivery}", key: "${V:-participant}", partitions: "${V}", retention: "${V}", compat: "${V}"',
      )
      .replace('account: demo', 'account: "${V}"')
      .replace('500ms..1m', '"${V}"')
      .replace('name: effect', 'name: "${V}"')
    for (const V of ['hunter2', 'hunter 2', '1234567', '1234567s']) {
      const { faults } = load(everywhere, { resolve: 'values', environment: { ...values, V } })
      assert.ok(faults.length >= 5)
      // The digits are not in the file either, so nothing but the value could bring them in.
      assert.doesNotMatch(JSON.stringify(faults), /hunter|1234567|tok-1|ver-1|sec-1/)
    }
  })

  test('a value can mend what the default would break', () => {
    const yaml = effect.replace('https://graph.example', '${URL:-simulator}')
    const options = { resolve: 'values', profile: 'cluster' } as const
    assert.deepEqual(places(yaml, { ...options, environment: values }), [])
    assert.deepEqual(places(yaml, { ...options, environment: { ...values, URL: '' } }), [
      'C4A1603 21:14',
    ])
  })

  test('a name of the wiring must be known without values', () => {
    for (const yaml of [
      small.replace('use: validate', 'use: "${U}"'),
      small.replace('in: a', 'in: "${T}"'),
    ])
      assert.ok(load(yaml).faults.some(({ code }) => code === 'C4A1007'))
    assert.deepEqual(places(small.replace('in: a', 'in: "${T:-a}"')), [])
  })
})

describe('revision', () => {
  const of = (yaml: string, options?: LoadOptions) => load(yaml, options).pipeline?.revision

  test('it stays when comments, order, spelling, secrets or values of the environment change', () => {
    const before = of(effect)
    assert.match(before ?? '', /^[0-9a-f]{12}$/)
    assert.equal(of(effect.replace('maxAge: 24h }', 'maxAge: 1d } # a day')), before)
    assert.equal(
      of(effect.replace('records: 100, perGroup: 10', 'perGroup: 10, records: 100')),
      before,
    )
    assert.equal(of(effect.replace('${TOKEN}', '${OTHER_TOKEN}')), before)
    const environment = { TOKEN: 'a', VERIFY: 'b', SECRET: 'c', URL: 'https://x.example' }
    const url = effect.replace('https://graph.example', '${URL:-https://graph.example}')
    assert.equal(of(url, { resolve: 'values', environment }), of(url))
  })

  test('it changes with what the file means', () => {
    assert.notEqual(of(effect.replace('maxAge: 24h', 'maxAge: 25h')), of(effect))
    assert.notEqual(of(fused.replace('edge: inline', 'edge: topic')), of(fused))
  })
})

describe('profile', () => {
  const simulated = effect.replace('https://graph.example', 'simulator')
  test('a cluster may send to the simulator only when it is asked for', () => {
    assert.deepEqual(places(simulated, { profile: 'cluster' }), ['C4A1603 21:14'])
    assert.deepEqual(places(simulated, { profile: 'cluster', allowSimulator: true }), [])
    assert.deepEqual(places(simulated, { profile: 'embedded' }), [])
    assert.deepEqual(places(effect, { profile: 'cluster' }), [])
  })
})

describe('files that are hardly a pipeline', () => {
  for (const [what, yaml, code] of [
    ['nothing', '', 'C4A1001'],
    ['a comment', '# later\n', 'C4A1001'],
    ['a list', '- a\n', 'C4A1004'],
    ['a text', 'hello\n', 'C4A1004'],
    ['null where maps are wanted', 'version: 1\nname: x\ntopics:\nstages:\n', 'C4A1004'],
    ['a tab for indentation', 'version: 1\nname:\n\tx: 1\n', 'C4A1001'],
    ['an alias without anchor', 'version: 1\nname: *nobody\n', 'C4A1001'],
    ['two documents', 'version: 1\n---\nversion: 1\n', 'C4A1001'],
  ] as const)
    test(`${what} is a fault, not a crash`, () => {
      const { faults, pipeline } = load(yaml)
      assert.equal(pipeline, undefined)
      assert.ok(
        faults.some((fault) => fault.code === code),
        JSON.stringify(faults),
      )
      for (const { place } of faults) assert.ok(place.line >= 1 && place.column >= 1)
    })
})
