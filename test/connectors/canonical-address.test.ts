import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { connectorFactories } from '../../connectors/index.ts'

const rows: Readonly<
  Record<string, readonly (readonly [given: string, spelt: string | undefined])[]>
> = {
  whatsapp: [
    ['5511999990001', '5511999990001'],
    ['+55 (11) 99999-0001', '5511999990001'],
    ['US.13491208655302741918', 'US.13491208655302741918'],
    ['ana', undefined],
    ['12', undefined],
    ['', undefined],
  ],
  messenger: [
    ['7100000000000002', '7100000000000002'],
    [' 7100000000000002 ', '7100000000000002'],
    ['bruno', undefined],
  ],
  instagram: [
    ['8100000000000003', '8100000000000003'],
    ['@clara', undefined],
  ],
  'in-app': [
    ['user-17', 'user-17'],
    [' ana@example.org ', 'ana@example.org'],
    ['jose\u0301', 'jos\u00e9'],
    ['two words', undefined],
    ['', undefined],
    ['x'.repeat(129), undefined],
  ],
  telegram: [
    ['900000004', '900000004'],
    ['-1001234567890', '-1001234567890'],
    ['@chat4all', '@chat4all'],
    ['davi', undefined],
  ],
}

describe('the one spelling of an address', () => {
  for (const [channel, factory] of Object.entries(connectorFactories)) {
    const tools = {
      http: () => Promise.reject(new Error('not here')),
      blob: async () => undefined,
      limits: {},
    }
    const connector = factory(tools)
    for (const [given, spelt] of rows[channel] ?? []) {
      test(`on ${channel}, '${given}' is ${spelt ?? 'none'}`, () => {
        assert.equal(connector.canonicalAddress(given), spelt)
      })
    }
    test(`${channel} has its rows here`, () => assert.ok(rows[channel]))
  }
})
