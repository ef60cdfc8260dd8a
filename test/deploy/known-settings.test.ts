import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { clusterSettingTable } from '../../cli/cluster-settings.ts'
import { settingTable } from '../../cli/settings.ts'

const root = join(import.meta.dirname, '..', '..')
const text = (file: string) => readFileSync(join(root, file), 'utf8')

test('what compose file, chart and their examples set is what the hub knows', () => {
  const known = new Set([
    ...[...Object.values(settingTable), ...Object.values(clusterSettingTable)].map(
      ({ name }) => name,
    ),
    ...[...text('pipeline.yaml').matchAll(/\$\{([A-Z0-9_]+)/g)].map(([, name]) => name ?? ''),
    // Of the compose file itself.
    'C4A_BIND',
  ])
  for (const file of [
    'docker-compose.yml',
    '.env.example',
    'Dockerfile',
    'helm/values.yaml',
    'helm/values-test.yaml',
    'helm/values-production.yaml',
    'helm/templates/_pod.tpl',
    'docs/deployment.md',
  ]) {
    const named = [...text(file).matchAll(/\bC4A_[A-Z0-9_]*[A-Z0-9]\b/g)].map(([name]) => name)
    assert.ok(named.length > 0, file)
    assert.deepEqual(
      named.filter((name) => !known.has(name) && !name.startsWith('C4A_TEST_')),
      [],
      file,
    )
  }
})
