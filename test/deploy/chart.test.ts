import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { derivedNames } from '../../topology/pipeline/model.ts'
import { runProgram } from '../services/programs/run-program.ts'
import { clusterPipeline, ownProcesses, topicsOf } from './cluster-pipeline.ts'
import { fetched } from './fetched.ts'
import type { KubernetesObject } from './kubernetes-schemas.ts'
import { chart, renderChart } from './render-chart.ts'
import { helmProgram } from './tools.ts'
import { componentOf, containerOf, isWorkload } from './workload.ts'

const { value: helm = '', leftOut } = await fetched(helmProgram)
const root = join(chart, '..')
const folder = mkdtempSync(join(tmpdir(), 'c4a-chart-'))
after(() => rmSync(folder, { recursive: true }))

const small = ['--values', 'values-test.yaml']
const scaling = [...small, '--set', 'autoscaling.enabled=true']
const render = (...args: readonly string[]) => renderChart(helm, args)
const stagesIn = (objects: readonly KubernetesObject[]) =>
  new Map(
    objects
      .filter(isWorkload)
      .filter((object) => object.kind === 'Deployment' && containerOf(object).name === 'stage')
      .map((object) => [componentOf(object), object] as const),
  )
const sorted = (names: Iterable<string>) => [...names].sort((a, b) => a.localeCompare(b))

/** How Helm refuses. */
async function refusal(...args: readonly string[]): Promise<string> {
  try {
    await render(...args)
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  return 'taken'
}

describe('the chart', { skip: leftOut }, () => {
  test('has nothing that helm lint minds, with any of the shipped values', async () => {
    for (const args of [[], small, ['--values', 'values-production.yaml']]) {
      const signal = AbortSignal.timeout(60_000)
      await runProgram(helm, ['lint', chart, '--strict', ...args], { signal, cwd: chart })
    }
  })

  test('is packed with pipeline.yaml as it stands in the repository', async () => {
    const signal = AbortSignal.timeout(60_000)
    await runProgram(helm, ['package', chart, '--destination', folder], { signal })
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    const packed = join(folder, `chat4all-${version}.tgz`)
    const args = ['-xzOf', packed, 'chat4all/pipeline.yaml']
    assert.equal(
      await runProgram('tar', args, { signal }),
      readFileSync(join(root, 'pipeline.yaml'), 'utf8'),
    )
  })

  test('has a Deployment for each stage of pipeline.yaml, which runs that stage', async () => {
    const stages = stagesIn(await render(...small))
    assert.deepEqual(
      sorted(stages.keys()),
      sorted(ownProcesses(clusterPipeline()).map(({ id }) => id)),
    )
    for (const [id, stage] of stages)
      assert.deepEqual(containerOf(stage).args, ['run', '--profile', 'cluster', '--stage', id])
  })

  test('follows an edit of pipeline.yaml, and nothing else has to change', async () => {
    const file = join(folder, 'edited.yaml')
    const text = readFileSync(join(root, 'pipeline.yaml'), 'utf8')
    const added = `  deliver.sms:\n    <<: *deliver\n    with: { channel: sms }\n    in: deliveries.telegram\n    drain: 90s\n`
    writeFileSync(file, text.replace('\n  normalize:\n', `\n${added}\n  normalize:\n`))
    const objects = await render(...scaling, '--set-file', `pipeline=${file}`)
    const stage = stagesIn(objects).get('deliver.sms')
    assert.equal(stage?.metadata.name, 'hub-chat4all-deliver-sms')
    assert.equal(stage.spec.template.spec.terminationGracePeriodSeconds, 5 + 90 + 20)
    assert.ok(
      objects.some(
        ({ kind, metadata }) => kind === 'ScaledObject' && metadata.name === stage.metadata.name,
      ),
    )
    const carried = objects.find(
      ({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === 'hub-chat4all-pipeline',
    )
    assert.deepEqual(carried?.['data'], { 'pipeline.yaml': readFileSync(file, 'utf8') })
  })

  test('has the stages of a channel that is like another, which no line of the file names', async () => {
    const file = join(folder, 'alike.yaml')
    const text = readFileSync(join(root, 'pipeline.yaml'), 'utf8')
    writeFileSync(file, `${text}  sms: { connector: some-package, like: telegram, baseUrl: x }\n`)
    const objects = await render(...scaling, '--set-file', `pipeline=${file}`)
    const stage = stagesIn(objects).get('deliver.sms')
    assert.ok(stage)
    const args = ['run', '--profile', 'cluster', '--stage', 'deliver.sms']
    assert.deepEqual(containerOf(stage).args, args)
    const scaled = (stage: string) =>
      JSON.stringify(
        objects.find(
          ({ kind, metadata }) =>
            kind === 'ScaledObject' && metadata.name === `hub-chat4all-${stage}`,
        ),
      )
    assert.match(scaled('deliver-sms'), /"deliveries\.sms"/)
    assert.doesNotMatch(scaled('deliver-sms'), /telegram/)
    assert.match(scaled('status-update'), /"deliveries\.sms"/)
    assert.match(scaled('normalize'), /"inbound\.sms"/)
  })

  test('leaves fused stages to the process of the stage before them', async () => {
    const file = join(root, 'pipeline.fused.yaml')
    const stages = stagesIn(await render(...small, '--set-file', `pipeline=${file}`))
    const pipeline = clusterPipeline('pipeline.fused.yaml')
    assert.deepEqual(sorted(stages.keys()), sorted(ownProcesses(pipeline).map(({ id }) => id)))
    assert.ok(stages.has('validate') && !stages.has('route'))
  })

  test('rolls pods out again when the file or a setting changes, and otherwise not', async () => {
    const sums = async (...args: readonly string[]) =>
      sorted(
        new Set(
          [...stagesIn(await render(...small, ...args)).values()].map(
            ({ spec }) => spec.template.metadata.annotations?.['checksum/config'] ?? '',
          ),
        ),
      )
    const former = await sums()
    assert.equal(former.length, 1)
    assert.deepEqual(await sums('--set', 'gateway.replicas=5'), former)
    assert.notDeepEqual(await sums('--set', 'settings.C4A_LOG_LEVEL=debug'), former)
    const fused = `pipeline=${join(root, 'pipeline.fused.yaml')}`
    assert.notDeepEqual(await sums('--set-file', fused), former)
  })
})

interface ScaledObject extends KubernetesObject {
  readonly spec: {
    readonly minReplicaCount: number
    readonly maxReplicaCount: number
    readonly triggers: readonly { readonly metadata: Readonly<Record<string, string>> }[]
  }
}

describe('autoscaling', { skip: leftOut }, () => {
  const scaled = (objects: readonly KubernetesObject[]) =>
    new Map(
      objects
        .filter((object): object is ScaledObject => object.kind === 'ScaledObject')
        .map((object) => [componentOf(object), object.spec] as const),
    )

  test('looks at the backlog of each topic of a stage, by the names that the stage itself uses', async () => {
    const pipeline = clusterPipeline()
    const found = scaled(await render(...scaling))
    assert.equal(found.size, ownProcesses(pipeline).length)
    for (const stage of ownProcesses(pipeline)) {
      const triggers = found.get(stage.id)?.triggers.map(({ metadata }) => metadata) ?? []
      assert.deepEqual(sorted(triggers.map(({ topic = '' }) => topic)), sorted(topicsOf(stage)))
      for (const { consumerGroup, lagThreshold } of triggers) {
        assert.equal(consumerGroup, derivedNames.group(pipeline.name, stage.id))
        assert.equal(lagThreshold, String((stage.scale.lagSeconds ?? 0) * 500))
      }
    }
  })

  test('has as many replicas as pipeline.yaml allows, and never more than partitions', async () => {
    for (const [partitions, args] of [
      ['120', ['--set-string', 'settings.C4A_PARTITIONS=']],
      ['12', []],
      ['30', ['--set-string', 'settings.C4A_PARTITIONS=30']],
    ] as const) {
      const pipeline = clusterPipeline('pipeline.yaml', { C4A_PARTITIONS: partitions })
      const found = scaled(await render(...scaling, ...args))
      for (const stage of ownProcesses(pipeline)) {
        const most = Math.max(
          ...topicsOf(stage).map((name) => pipeline.topics[name]?.partitions ?? 0),
        )
        assert.equal(most, Number(partitions))
        const { minReplicaCount, maxReplicaCount } = found.get(stage.id) ?? {}
        assert.equal(maxReplicaCount, Math.min(stage.scale.max, most), stage.id)
        assert.equal(minReplicaCount, stage.scale.min, stage.id)
      }
    }
  })

  test('takes a stage of its own bounds, and leaves the number of replicas to it', async () => {
    const objects = await render(...scaling, '--set', 'stages.deliver\\.whatsapp.scale.max=7')
    assert.equal(scaled(objects).get('deliver.whatsapp')?.maxReplicaCount, 7)
    for (const stage of stagesIn(objects).values()) assert.equal(stage.spec.replicas, undefined)
    const fixed = stagesIn(await render(...small, '--set', 'stages.route.scale.min=5'))
    assert.deepEqual(
      [fixed.get('route')?.spec.replicas, fixed.get('enrich')?.spec.replicas],
      [5, 2],
    )
  })
})

describe('values that cannot be meant', { skip: leftOut }, () => {
  const refused: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['nothing', [], /settings\.C4A_KAFKA_BROKERS is not set/],
    [
      'no secret',
      [...small, '--set', 'secrets.existingSecret='],
      /secrets\.existingSecret is not set/,
    ],
    ['no store', [...small, '--set', 'secrets.external.enabled=true'], /store\.name is not set/],
    [
      'a stage that is none',
      [...small, '--set', 'stages.valdate.scale.min=3'],
      /no stage of that name. It has: .*validate/,
    ],
    ['a misspelt value', [...small, '--set', 'gatway.replicas=3'], /'gatway' not allowed/],
    [
      'a misspelt value of a stage',
      [...small, '--set', 'stages.route.replicas=3'],
      /'replicas' not allowed/,
    ],
    [
      'a value of another type',
      [...small, '--set-string', 'gateway.replicas=many'],
      /gateway\/replicas/,
    ],
    ['a secret among the settings', [...small, '--set', 'settings.C4A_ID_SECRET=x'], /settings/],
    [
      'a file that is no YAML',
      [...small, '--set', 'pipeline=a: [b'],
      /pipeline\.yaml cannot be read as YAML.*chat4all check/,
    ],
    [
      'a file without stages',
      [...small, '--set', 'pipeline=name: x'],
      /pipeline\.yaml has no stages/,
    ],
    [
      'partitions that are no number',
      [...small, '--set', 'settings.C4A_PARTITIONS=many'],
      /partitions of .* and the chart needs a number/,
    ],
  ]
  for (const [name, args, said] of refused)
    test(`are refused: ${name}`, async () => assert.match(await refusal(...args), said))
})
