// biome-ignore-all lint/suspicious/noTemplateCurlyInString: pipeline.yaml spells its references so
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadPipeline } from '../../topology/pipeline/load.ts'
import { effect } from './small-pipelines.ts'
import { stageTypes } from './stage-types.ts'

const faultsOf = (token: string, baseUrl = 'https://graph.example') =>
  loadPipeline(
    effect.replace('"${TOKEN}"', () => token).replace('https://graph.example', () => baseUrl),
    'p.yaml',
    stageTypes,
  ).faults.map(({ code }) => code)

for (const [what, token, baseUrl, codes] of [
  ['a reference', '"${TOKEN}"', undefined, []],
  ['a reference with a message', '"${TOKEN:?ask for it}"', undefined, []],
  ['two references', '"${APP}${TOKEN}"', undefined, []],
  ['the simulator as default, at the simulator', '"${TOKEN:-simulator}"', 'simulator', []],
  [
    'the simulator as default, at an address that may be its',
    '"${TOKEN:-simulator}"',
    '${URL:-simulator}',
    [],
  ],
  ['the simulator as default, at a platform', '"${TOKEN:-simulator}"', undefined, ['C4A1602']],
  ['another default, at the simulator', '"${TOKEN:-letmein}"', 'simulator', ['C4A1601']],
  ['text beside a reference', '"key-${TOKEN}"', undefined, ['C4A1601']],
  ['a number', '12345678', undefined, ['C4A1601']],
  ['an escaped reference', '"$${TOKEN}"', undefined, ['C4A1601']],
] as const)
  test(`${what} as a secret: ${codes.length > 0 ? 'refused' : 'fine'}`, () => {
    assert.deepEqual(faultsOf(token, baseUrl), codes)
  })

test('settings and options that sound like secrets are held to the same', () => {
  const types = structuredClone(stageTypes)
  Object.assign(types['deliver']?.options ?? {}, { apiToken: { type: 'string', doc: 'A token.' } })
  const yaml = effect
    .replace('{ channel: whatsapp }', '{ channel: whatsapp, apiToken: hunter2 }')
    .replace(
      '{ externalId: "1",',
      '{ externalId: "1", options: { clientSecret: hunter2, flavour: plain },',
    )
  const { faults } = loadPipeline(yaml, 'p.yaml', types)
  assert.deepEqual(
    faults.map(({ code, place }) => `${code} ${yaml.slice(place.from, place.to)} ${place.line}`),
    ['C4A1601 hunter2 10', 'C4A1601 hunter2 23'],
  )
  assert.doesNotMatch(JSON.stringify(faults), /hunter2/)
})
