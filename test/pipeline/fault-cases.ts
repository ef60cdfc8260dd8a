// biome-ignore-all lint/suspicious/noTemplateCurlyInString: pipeline.yaml spells its references so
import type { FaultCode } from '../../topology/pipeline/faults.ts'
import type { LoadOptions } from '../../topology/pipeline/load-options.ts'
import { effect, fused, round, small } from './small-pipelines.ts'

export interface FaultCase {
  readonly code: FaultCode
  /** A file without faults, and the change that brings this one in; @@ stands where it must be reported. */
  readonly from: string
  readonly change: readonly [string, string]
  /** What else must be changed for it. */
  readonly with?: readonly (readonly [string, string])[]
  /** True where the fault carries changes that mend it. */
  readonly mends?: boolean
  readonly options?: LoadOptions
  /** Other faults that the same change truly causes. */
  readonly and?: readonly FaultCode[]
}

const cluster: LoadOptions = { profile: 'cluster' }
const simulated = effect
  .replace('https://graph.example', 'simulator')
  .replace('{ token: "${TOKEN}" }', '{ token: "${TOKEN:-simulator}" }')

export const faultCases: readonly FaultCase[] = [
  { code: 'C4A1001', from: small, change: ['name: small\n', 'name: [small\n@@'] },
  { code: 'C4A1002', from: small, change: ['sink: us }\n  r', '@@snik: us }\n  r'], mends: true },
  { code: 'C4A1002', from: small, change: ['name: small', '@@colour: red\nname: small'] },
  {
    code: 'C4A1002',
    from: effect,
    change: ['{ channel: whatsapp }', '{ channel: whatsapp, @@expireAftr: 1h }'],
    mends: true,
  },
  {
    code: 'C4A1002',
    from: round,
    change: ['loop: { maxHops', '@@lop: { maxHops'],
    mends: true,
    and: ['C4A1204'],
  },
  { code: 'C4A1002', from: fused, change: ['edge: inline }', '@@edgy: inline }'], mends: true },
  {
    code: 'C4A1003',
    from: small,
    change: [
      'b: { value: Message, key: conversation, sink: us }',
      'b: @@{ value: Message, sink: us }',
    ],
  },
  {
    code: 'C4A1003',
    from: effect,
    change: ['    with: { channel: whatsapp }', '    with: @@{ settle: 1m }'],
  },
  { code: 'C4A1003', from: round, change: ['loop: { maxHops: 2 }', 'loop: @@{}'] },
  {
    code: 'C4A1004',
    from: small,
    change: [
      'a: { value: Message, key: conversation, source: gateway }',
      'a: { value: Message, key: @@[conversation], source: gateway }',
    ],
  },
  { code: 'C4A1004', from: effect, change: ['concurrency: 8', 'concurrency: @@many'] },
  {
    code: 'C4A1004',
    from: effect,
    change: ['    retry: { backoff: 500ms..1m, holdFor: 2m, then: park }', '    retry: @@never'],
  },
  { code: 'C4A1005', from: effect, change: ['holdFor: 2m', 'holdFor: @@120'], mends: true },
  {
    code: 'C4A1005',
    from: effect,
    change: ['backoff: 500ms..1m', 'backoff: @@1..60'],
    mends: true,
  },
  {
    code: 'C4A1005',
    from: effect,
    change: ['records: 100,', 'records: 100, bytes: @@32,'],
    mends: true,
  },
  {
    code: 'C4A1005',
    from: effect,
    change: ['with: { channel: whatsapp }', 'with: { channel: whatsapp, settle: @@60 }'],
    mends: true,
  },
  { code: 'C4A1006', from: effect, change: ['ordering: key', 'ordering: @@keys'], mends: true },
  {
    code: 'C4A1006',
    from: effect,
    change: ['with: { channel: whatsapp }', 'with: { channel: whatsapp, onUnknown: @@resent }'],
    mends: true,
  },
  { code: 'C4A1006', from: fused, change: ['edge: inline', 'edge: @@inlined'], mends: true },
  { code: 'C4A1007', from: effect, change: ['https://graph.example', '@@${1URL}'] },
  {
    code: 'C4A1007',
    from: small,
    change: ['  a: {', '  @@${A}: { value: Message, key: k, source: s, sink: t }\n  a: {'],
  },
  {
    code: 'C4A1008',
    from: effect,
    change: ['"${TOKEN}"', '@@"${TOKEN}"'],
    options: { resolve: 'values', environment: { VERIFY: 'v', SECRET: 's' } },
  },
  { code: 'C4A1009', from: small, change: ['name: small\n', 'name: small\n@@name: other\n'] },
  {
    code: 'C4A1010',
    from: small,
    change: ['  a: {', '  @@"a b": { value: Message, key: k, source: s, sink: t }\n  a: {'],
  },
  {
    code: 'C4A1011',
    from: effect,
    change: ['partitions: 4, retention', 'partitions: @@0, retention'],
    mends: true,
    and: ['C4A1304'],
  },
  { code: 'C4A1011', from: small, change: ['version: 1', 'version: @@2'], mends: true },
  { code: 'C4A1011', from: round, change: ['maxHops: 2', 'maxHops: @@0'], mends: true },
  { code: 'C4A1101', from: small, change: ['use: validate', 'use: @@valdate'], mends: true },
  { code: 'C4A1102', from: fused, change: ['accepted: b', 'accepted: @@bb'], mends: true },
  {
    code: 'C4A1103',
    from: small,
    change: ['b: { value: Message,', 'b: { value: @@Mesage,'],
    mends: true,
  },
  { code: 'C4A1104', from: small, change: ['accepted: b', '@@acepted: b'], mends: true },
  {
    code: 'C4A1104',
    from: effect,
    change: ['in: { in: [d, e] }', 'in: { @@on: [d, e] }'],
    mends: true,
  },
  {
    code: 'C4A1105',
    from: effect,
    change: [
      '  deliver:\n    use: deliver\n    with: { channel: whatsapp }\n    in: { in: [d, e] }',
      '  @@deliver:\n    use: deliver\n    with: { channel: whatsapp }\n    in: {}',
    ],
    and: ['C4A1202'],
  },
  {
    code: 'C4A1106',
    from: small,
    change: ['out: { accepted: b, rejected: r }', '@@out: { accepted: b }'],
    mends: true,
    and: ['C4A1201'],
  },
  { code: 'C4A1107', from: effect, change: ['account: demo', 'account: @@dmo'], mends: true },
  {
    code: 'C4A1107',
    from: effect,
    change: ['channel: whatsapp', 'channel: @@watsapp'],
    mends: true,
  },
  {
    code: 'C4A1107',
    from: effect,
    change: ['    baseUrl', '    like: @@telegram\n    baseUrl'],
  },
  {
    code: 'C4A1109',
    from: effect,
    change: ['    baseUrl', '    connector: @@some-package\n    baseUrl'],
    options: { connectorFault: (_, connector) => connector?.concat(' is not there') },
  },
  {
    code: 'C4A1109',
    from: effect,
    change: ['  whatsapp:\n', '  @@whatsapp:\n'],
    options: { connectorFault: (channel) => `nobody serves ${channel}` },
  },
  {
    code: 'C4A1108',
    from: effect,
    change: [
      '  receipts: {',
      '  @@deliver.park: { value: Receipt, key: participant, source: x, sink: y }\n  receipts: {',
    ],
  },
  {
    code: 'C4A1108',
    from: fused,
    change: ['    use: dedup', '    use: dedup\n    renamedFrom: @@validate'],
  },
  {
    code: 'C4A1201',
    from: small,
    change: [
      '  a: { value: Message, key: conversation, source: gateway }',
      '  @@a: { value: Message, key: conversation }',
    ],
  },
  {
    code: 'C4A1202',
    from: small,
    change: [
      '  b: { value: Message, key: conversation, sink: us }',
      '  @@b: { value: Message, key: conversation }',
    ],
  },
  {
    code: 'C4A1203',
    from: small,
    change: ['  r: {', '  @@left.over: { value: Message, key: conversation }\n  r: {'],
    mends: true,
  },
  {
    code: 'C4A1204',
    from: round,
    change: ['rekeyed: { to: a, loop: { maxHops: 2 } }', 'rekeyed: @@a'],
    mends: true,
  },
  {
    code: 'C4A1205',
    from: fused,
    change: ['unique: c', 'unique: { to: c, @@loop: { maxHops: 2 } }'],
    mends: true,
  },
  {
    code: 'C4A1301',
    from: small,
    change: ['in: a', 'in: @@a'],
    with: [['a: { value: Message', 'a: { value: Receipt']],
  },
  { code: 'C4A1302', from: small, change: ['rejected: r', 'rejected: @@b'], and: ['C4A1201'] },
  {
    code: 'C4A1303',
    from: effect,
    change: ['in: { in: [d, e] }', 'in: { in: [d, @@e] }'],
    with: [['e: { value: Delivery, key: participant', 'e: { value: Delivery, key: conversation']],
    mends: true,
  },
  {
    code: 'C4A1304',
    from: effect,
    change: ['in: { in: [d, e] }', 'in: { in: [d, @@e] }'],
    with: [['participant, partitions: 4, source', 'participant, partitions: 8, source']],
    mends: true,
  },
  {
    code: 'C4A1401',
    from: fused,
    change: ['edge: inline', 'edge: @@inline'],
    with: [['b: { value: Message, key: conversation', 'b: { value: Message, key: participant']],
    mends: true,
  },
  {
    code: 'C4A1402',
    from: fused,
    change: ['edge: inline', 'edge: @@inline'],
    with: [
      [
        'b: { value: Message, key: conversation',
        'b: { value: Message, key: conversation, source: gateway',
      ],
    ],
    mends: true,
  },
  {
    code: 'C4A1403',
    from: effect,
    change: ['in: { in: [d, e] }', 'in: { from: d, edge: @@inline }'],
    with: [
      [
        'topics:\n',
        'topics:\n  m: { value: EnrichedMessage, key: participant, source: g }\n  r: { value: Rejection, key: participant, sink: us }\n',
      ],
      ['stages:\n', 'stages:\n  route: { use: route, in: m, out: { x: d, rejected: r } }\n'],
      ['retention: 7d, source: gateway', 'retention: 7d'],
      ['  e: { value: Delivery, key: participant, partitions: 4, source: gateway }\n', ''],
    ],
    mends: true,
    and: ['C4A1407'],
  },
  {
    code: 'C4A1404',
    from: round,
    change: ['in: a', 'in: { from: a, edge: @@inline }'],
    with: [[', source: gateway', '']],
    mends: true,
  },
  {
    code: 'C4A1405',
    from: fused,
    change: ['in: a', 'in: { from: a, edge: @@inline }'],
    mends: true,
  },
  {
    code: 'C4A1406',
    from: fused,
    change: ['in: { from: b, edge: inline }', 'in: [{ from: b, edge: inline }, @@a]'],
  },
  {
    code: 'C4A1407',
    from: fused,
    change: ['    use: dedup', '    use: dedup\n    @@scale: { max: 4 }'],
    mends: true,
  },
  { code: 'C4A1501', from: effect, change: ['retention: 7d', 'retention: @@12h'], mends: true },
  { code: 'C4A1502', from: effect, change: ['retention: 7d', 'retention: @@25h'], mends: true },
  { code: 'C4A1503', from: effect, change: ['then: park', 'then: @@dead-letter'], mends: true },
  {
    code: 'C4A1504',
    from: small,
    change: ['    in: a', '    @@retry: { holdFor: 1m }\n    in: a'],
    mends: true,
  },
  {
    code: 'C4A1504',
    from: small,
    change: ['    in: a', '    @@park: { maxAge: 1h }\n    in: a'],
    mends: true,
  },
  {
    code: 'C4A1504',
    from: fused,
    change: ['    use: dedup', '    use: dedup\n    retry: { then: @@park }'],
    mends: true,
  },
  { code: 'C4A1505', from: effect, change: ['5s..5m', '@@5m..5s'], mends: true },
  { code: 'C4A1506', from: effect, change: ['holdFor: 2m', 'holdFor: @@100ms'], mends: true },
  { code: 'C4A1506', from: effect, change: ['maxAge: 24h', 'maxAge: @@1m'], mends: true },
  { code: 'C4A1507', from: effect, change: ['ordering: key', 'ordering: @@none'], mends: true },
  { code: 'C4A1508', from: effect, change: ['max: 4', 'max: @@12'], mends: true },
  { code: 'C4A1509', from: effect, change: ['perGroup: 10', 'perGroup: @@1000'], mends: true },
  { code: 'C4A1509', from: effect, change: ['min: 1,', 'min: @@9,'], mends: true },
  { code: 'C4A1510', from: effect, change: ['compat: FULL,', 'compat: @@FORWARD,'], mends: true },
  {
    code: 'C4A1512',
    from: small,
    change: ['    in: a', '    with: { kinds: [text, @@list] }\n    in: a'],
    options: {
      settingWarning: (_, option, value) =>
        option === 'kinds' && value === 'list' ? { message: value, fix: value } : undefined,
    },
  },
  {
    code: 'C4A1511',
    from: small,
    change: [
      'r: { value: Rejection, key: conversation,',
      'r: { value: Rejection, key: conversation, cleanup: compact, @@retention: 1d,',
    ],
    mends: true,
  },
  { code: 'C4A1601', from: effect, change: ['"${TOKEN}"', '@@EAAhunter2'], mends: true },
  {
    code: 'C4A1601',
    from: effect,
    change: ['"${TOKEN}"', '@@"${TOKEN:-EAAhunter2}"'],
    mends: true,
  },
  {
    code: 'C4A1601',
    from: effect,
    change: ['["${SECRET}"]', '["${SECRET}", @@"hunter2"]'],
    mends: true,
  },
  {
    code: 'C4A1602',
    from: effect,
    change: ['"${VERIFY}"', '@@"${VERIFY:-simulator}"'],
    mends: true,
  },
  {
    code: 'C4A1602',
    from: simulated.replace('baseUrl: simulator', 'baseUrl: ${URL:-simulator}'),
    change: ['"${TOKEN:-simulator}"', '@@"${TOKEN:-simulator}"'],
    options: {
      resolve: 'values',
      environment: { URL: 'https://graph.example', VERIFY: 'v', SECRET: 's' },
    },
    mends: true,
  },
  {
    code: 'C4A1603',
    from: simulated,
    change: ['baseUrl: simulator', 'baseUrl: @@simulator'],
    options: cluster,
  },
]
