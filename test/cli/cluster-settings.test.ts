import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { readClusterSettings } from '../../cli/cluster-settings.ts'
import { withFiles } from '../../cli/with-files.ts'

const folder = mkdtempSync(join(tmpdir(), 'c4a-settings-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const enough = {
  C4A_KAFKA_BROKERS: 'kafka-1:9092, kafka-2:9092',
  C4A_REGISTRY_URL: 'http://registry:8081/',
  C4A_POSTGRES_URLS: 'postgres://a:b@one:5432/c,postgresql://a:b@two/c',
  C4A_REDIS_URL: 'redis://redis:6379',
  C4A_S3_BUCKET: 'blobs',
  C4A_ID_SECRET: 'x'.repeat(32),
}

describe('the settings of the cluster', () => {
  test('are read, with lists and defaults', () => {
    const settings = readClusterSettings(enough)
    assert.deepEqual(settings.kafkaBrokers, ['kafka-1:9092', 'kafka-2:9092'])
    assert.equal(settings.registryUrl, 'http://registry:8081')
    assert.equal(settings.postgresUrls.length, 2)
    assert.equal(settings.drainDelayMs, 5_000)
  })

  test('that are missing are named all at once', () => {
    const { C4A_KAFKA_BROKERS: _, ...rest } = enough
    assert.throws(() => readClusterSettings({}), /KAFKA_BROKERS, .*REGISTRY_URL, .*ID_SECRET/)
    assert.throws(
      () => readClusterSettings(rest),
      /^Chat4AllError: Setting C4A_KAFKA_BROKERS: it is/,
    )
  })

  test('that make no sense are named with what they take, and no secret is shown', () => {
    const rows: readonly [Readonly<Record<string, string>>, RegExp][] = [
      [{ C4A_KAFKA_BROKERS: 'kafka-1' }, /C4A_KAFKA_BROKERS: 'kafka-1' is not a list such as/],
      [{ C4A_REGISTRY_URL: 'registry' }, /C4A_REGISTRY_URL: 'registry' is not an address/],
      [{ C4A_POSTGRES_URLS: 'hunter2@one' }, /C4A_POSTGRES_URLS: its value is not a list/],
      [{ C4A_REDIS_URL: 'hunter2' }, /C4A_REDIS_URL: its value is not an address/],
      [{ C4A_HISTORY_PART_DAYS: '0' }, /C4A_HISTORY_PART_DAYS: '0' is not a whole number above 0/],
      [{ C4A_DRAIN_DELAY_MS: '5s' }, /C4A_DRAIN_DELAY_MS: '5s' is not a whole number/],
      [{ C4A_KAFKA_SASL_MECHANISM: 'plain' }, /Set C4A_KAFKA_USERNAME and C4A_KAFKA_PASSWORD/],
      [{ C4A_ID_SECRET: 'hunter2' }, /C4A_ID_SECRET: it has 7 characters/],
    ]
    for (const [wrong, sentence] of rows) {
      assert.throws(
        () => readClusterSettings({ ...enough, ...wrong }),
        (error) => {
          assert.match(String(error), sentence)
          assert.doesNotMatch(String(error), /hunter2/)
          return true
        },
      )
    }
  })
})

describe('settings in files', () => {
  const file = join(folder, 'secret')
  writeFileSync(file, 'from a file\n')

  test('are what the file holds, without its last line end', () => {
    assert.equal(withFiles({ C4A_ID_SECRET_FILE: file })['C4A_ID_SECRET'], 'from a file')
  })

  test('set twice are refused', () => {
    const both = { C4A_ID_SECRET_FILE: file, C4A_ID_SECRET: 'here' }
    assert.throws(() => withFiles(both), /C4A_ID_SECRET and C4A_ID_SECRET_FILE: both are set/)
  })

  test('in a file that is not there are told by its name', () => {
    const none = join(folder, 'none')
    assert.throws(() => withFiles({ C4A_REDIS_URL_FILE: none }), /C4A_REDIS_URL_FILE: ENOENT.*none/)
  })

  test('leave other variables alone', () => {
    assert.deepEqual(withFiles({ SOME_FILE: 'x', C4A_KAFKA_CA_FILE: '' }), {
      SOME_FILE: 'x',
      C4A_KAFKA_CA_FILE: '',
    })
  })
})
