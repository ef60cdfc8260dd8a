import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { assertClean, type Environment, runCli } from './run-cli.ts'

/** All that the cluster must be told; nobody listens there. */
const told: Environment = {
  C4A_KAFKA_BROKERS: '127.0.0.1:1',
  C4A_REGISTRY_URL: 'http://127.0.0.1:1',
  C4A_POSTGRES_URLS: 'postgres://c4a:hunter2@127.0.0.1:1/c4a',
  C4A_REDIS_URL: 'redis://127.0.0.1:1',
  C4A_S3_BUCKET: 'blobs',
  C4A_ID_SECRET: 'hunter2-'.repeat(5),
  C4A_SIMULATOR_URL: 'http://127.0.0.1:1',
  C4A_START_WAIT_MS: '0',
  C4A_HTTP_PORT: '0',
  C4A_GRPC_PORT: '0',
}

const rows: readonly [string, readonly string[], Environment, number, RegExp][] = [
  [
    'without its servers names all that are missing',
    ['gateway'],
    {},
    78,
    /^C4A_SETTING_INVALID Settings C4A_KAFKA_BROKERS, C4A_REGISTRY_URL, C4A_POSTGRES_URLS, C4A_REDIS_URL, C4A_S3_BUCKET, C4A_ID_SECRET: they are not set/,
  ],
  [
    'with a stage that is not there says which was meant',
    ['run', '--stage', 'enrihc'],
    told,
    64,
    /^C4A_BAD_REQUEST Stage 'enrihc': .*Did you mean 'enrich'\?/,
  ],
  ['without a stage asks for one', ['run'], told, 64, /name a stage: --stage <id>/],
  [
    'of an embedded hub is refused',
    ['run', '--stage', 'route', '--profile', 'embedded'],
    told,
    64,
    /^C4A_BAD_REQUEST --profile embedded: .*Say --profile cluster/,
  ],
  [
    'that would send to the simulator by oversight is refused, and says how to ask for it',
    ['run', '--stage', 'route'],
    { ...told, C4A_SIMULATOR_URL: '' },
    78,
    /pipeline\.yaml:\d+:\d+ error C4A1603 The channel 'whatsapp' leads to the simulator[\s\S]*C4A_SIMULATOR_URL/,
  ],
  [
    'whose log does not answer ends with 69, to be started again',
    ['run', '--stage', 'route'],
    told,
    69,
    /^C4A_BROKER_UNREACHABLE /m,
  ],
  [
    'waits for a log that does not answer, and says so',
    ['run', '--stage', 'route'],
    { ...told, C4A_START_WAIT_MS: '2000' },
    69,
    /cannot start yet[\s\S]*^C4A_BROKER_UNREACHABLE /m,
  ],
  [
    'of topics, whose log does not answer, likewise',
    ['topics', 'apply', '--dry-run'],
    told,
    69,
    /^C4A_BROKER_UNREACHABLE /m,
  ],
]

describe('a process of a cluster', { timeout: 120_000 }, () => {
  for (const [what, command, environment, code, sentence] of rows) {
    test(what, async () => {
      const ended = await runCli(command, environment)
      assert.equal(ended.code, code, ended.stderr)
      assert.match(ended.stderr, sentence)
      assertClean(ended, 'hunter2')
    })
  }
})
