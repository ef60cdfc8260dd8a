import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clusterEnvironment, noCluster } from './cluster-environment.ts'
import { openClusterScene } from './cluster-scene.ts'
import { logRecords } from './log-records.ts'
import { rollingRestart } from './rolling-restart.ts'
import { steadyRun } from './steady-run.ts'

const environment = clusterEnvironment(process.env)

// Fewer processes than stages: it is the restart of each that counts, and each costs some seconds.
const stages = [
  ['validate', 'dedup', 'enrich', 'route', 'directory', 'normalize', 'gather'],
  ['deliver.whatsapp', 'deliver.messenger', 'deliver.instagram', 'deliver.telegram'],
  ['status-update'],
]

/** In the file of the other one: two hubs at once on the same topics would be one. */
export function rollingRestartSuite(): void {
  test('a rolling restart under load loses nothing, and shows nothing that a retry does not hide', {
    timeout: 600_000,
    skip: environment ? false : noCluster,
  }, async (t) => {
    if (!environment) return
    const seed = 1 + (Date.now() % 1_000_000)
    const scene = await openClusterScene({
      environment,
      seed,
      stages,
      gateways: 2,
      connections: 32,
    })
    t.after(() => scene.close(false))
    const { verdict, phases, accepted } = await steadyRun(scene, {
      seed,
      conversations: 60,
      perSecond: 20,
      scenarios: [rollingRestart(scene)],
      signal: t.signal,
      say: (sentence) => t.diagnostic(sentence),
      records: () => logRecords(environment),
    })
    t.diagnostic(JSON.stringify(phases))
    assert.deepEqual(verdict.failures, [])
    assert.ok(accepted > 100, `only ${accepted} were accepted`)
    assert.equal(verdict.lost, 0)
    assert.equal(verdict.inversions, 0)
  })
}
