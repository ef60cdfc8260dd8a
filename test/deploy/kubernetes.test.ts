import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fetched } from './fetched.ts'
import { type KubernetesObject, KubernetesSchemas } from './kubernetes-schemas.ts'
import { renderChart } from './render-chart.ts'
import { helmProgram, schemaFolders } from './tools.ts'
import { componentOf, containerOf, isWorkload, type Labels, type Workload } from './workload.ts'

const { value, leftOut } = await fetched(async (fetch) => ({
  helm: await helmProgram(fetch),
  folders: await schemaFolders(fetch),
}))

const everything = [
  ['the test overlay', ['--values', 'values-test.yaml']],
  ['the production example', ['--values', 'values-production.yaml']],
  [
    'the test overlay with all that can be turned on',
    [
      ...['--values', 'values-test.yaml', '--values', 'values-production.yaml'],
      ...[
        '--set',
        'image.digest=sha256:'.padEnd(84, '0'),
        '--set',
        'stageDefaults.priorityClassName=high',
      ],
      ...[
        '--set',
        'stageDefaults.nodeSelector.pool=hub',
        '--set',
        'gateway.service.type=LoadBalancer',
      ],
      ...['--set-json', 'stageDefaults.tolerations=[{"key":"hub","operator":"Exists"}]'],
      ...['--set-json', 'stageDefaults.env=[{"name":"X","value":"y"}]'],
      ...['--set', 'topologySpread.enabled=true', '--set', 'simulator.enabled=true'],
    ],
  ],
] as const

for (const [name, args] of everything)
  describe(`what the chart makes of ${name}`, { skip: leftOut }, async () => {
    if (!value) return
    const { openApi, definitions } = value.folders
    const schemas = new KubernetesSchemas(openApi, definitions)
    const objects = await renderChart(value.helm, args)
    const workloads = objects.filter(isWorkload)
    const named = (kind: string, of: string) =>
      objects.some((object) => object.kind === kind && object.metadata.name === of)

    test("is what Kubernetes' and the operators' schemas ask for, field by field", () => {
      assert.ok(objects.length > 30)
      assert.deepEqual(
        objects.flatMap((object) => schemas.faultsOf(object)),
        [],
      )
    })

    test('has names of its own, which Kubernetes takes', () => {
      const names = objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)
      assert.deepEqual(names.length, new Set(names).size)
      for (const { metadata } of objects)
        assert.match(metadata.name, /^[a-z0-9]([-a-z0-9.]{0,61}[a-z0-9])?$/)
    })

    test('selects the pods that are meant, and no others', () => {
      const labels = workloads.map(({ spec }) => spec.template.metadata.labels)
      for (const { kind, metadata, spec } of objects as readonly Selecting[]) {
        const { matchLabels } = (kind === 'NetworkPolicy' ? spec?.podSelector : undefined) ??
          (kind === 'Service' ? { matchLabels: spec?.selector as Labels } : undefined) ??
          (spec?.selector as { readonly matchLabels: Labels } | undefined) ?? { matchLabels: null }
        if (!matchLabels || kind === 'Job') continue
        const found = labels.filter((of) =>
          Object.entries(matchLabels).every(([key, label]) => of[key] === label),
        )
        const all = kind === 'NetworkPolicy' || kind === 'PodMonitor'
        assert.ok(
          all ? found.length > 0 : found.length === 1,
          `${kind} ${metadata.name}: ${found.length}`,
        )
      }
    })

    test('refers to what is there', () => {
      for (const workload of workloads) {
        const { envFrom = [] } = containerOf(workload)
        const maps = [
          ...envFrom.flatMap(({ configMapRef }) => configMapRef?.name ?? []),
          ...workload.spec.template.spec.volumes.flatMap(({ configMap }) => configMap?.name ?? []),
        ]
        for (const map of maps)
          assert.ok(named('ConfigMap', map), `${workload.metadata.name}: ${map}`)
      }
      for (const { kind, spec } of objects as readonly Selecting[])
        if (kind === 'ScaledObject' || kind === 'HorizontalPodAutoscaler')
          assert.ok(named('Deployment', spec?.scaleTargetRef?.name ?? ''))
    })

    test('has pods without any rights, which say how they are', () => {
      for (const workload of workloads) {
        const { spec } = workload.spec.template
        assert.equal(spec.automountServiceAccountToken, false)
        assert.equal(spec.securityContext['runAsNonRoot'], true)
        const { securityContext, resources, ...container } = containerOf(workload)
        assert.deepEqual(securityContext, {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        })
        assert.ok(resources.requests && resources.limits)
        if (workload.kind === 'Job' || componentOf(workload) === 'simulator') continue
        assert.ok(container.startupProbe && container.livenessProbe && container.readinessProbe)
        assert.ok(spec.terminationGracePeriodSeconds)
      }
    })

    test('shows no secret, and gives every process the same settings', () => {
      const secrets = new Set(
        workloads
          .filter((workload) => componentOf(workload) !== 'simulator')
          .map((workload) =>
            containerOf(workload)
              .envFrom?.map(({ secretRef }) => secretRef?.name)
              .join(''),
          ),
      )
      assert.equal(secrets.size, 1)
      const settings = objects.find(
        ({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === 'hub-chat4all',
      )
      const job = workloads.find(({ kind }) => kind === 'Job')
      const given =
        containerOf(job as Workload).env?.map(({ name: of, value: is }) => [of, is]) ?? []
      assert.deepEqual(Object.fromEntries(given), settings?.['data'])
    })

    test('makes topics before anything else, with its own copy of the file', () => {
      const weights = objects
        .filter(({ metadata }) => metadata.annotations?.['helm.sh/hook'])
        .map(
          ({ kind, metadata }) =>
            [Number(metadata.annotations?.['helm.sh/hook-weight']), kind] as const,
        )
        .sort(([one], [other]) => one - other)
        .map(([, kind]) => kind)
      assert.deepEqual(weights.slice(-2), ['ConfigMap', 'Job'])
      const job = workloads.find(({ kind }) => kind === 'Job')
      assert.deepEqual(job && containerOf(job).args, ['topics', 'apply', '--profile', 'cluster'])
    })
  })

interface Selecting extends KubernetesObject {
  readonly spec?: {
    readonly selector?: unknown
    readonly podSelector?: { readonly matchLabels: Labels }
    readonly scaleTargetRef?: { readonly name: string }
  }
}

describe('the schemas', { skip: leftOut }, () => {
  const planted: readonly (readonly [string, (text: string) => string, RegExp])[] = [
    [
      'a misspelt field deep in a pod',
      (text) => text.replace('readOnlyRootFilesystem', 'readonlyRootFilesystem'),
      /additional properties.*readonlyRootFilesystem/,
    ],
    [
      'a number where a text belongs',
      (text) => text.replace('"maxSkew":1', '"maxSkew":"1"'),
      /maxSkew must be integer/,
    ],
    [
      'a field that is missing',
      (text) => text.replace('"scaleTargetRef":{"name":"hub-chat4all-route"},', ''),
      /scaleTargetRef/,
    ],
    [
      'an unknown version of a kind',
      (text) => text.replace('policy/v1"', 'policy/v2"'),
      /no such kind/,
    ],
    [
      'a misspelt field of an operator',
      (text) => text.replace('minReplicaCount', 'minReplicas'),
      /minReplicas/,
    ],
  ]
  for (const [name, plant, said] of planted)
    test(`find ${name}`, async () => {
      if (!value) return
      const objects = await renderChart(value.helm, ['--values', 'values-production.yaml'])
      const text = JSON.stringify(objects)
      assert.notEqual(plant(text), text, 'nothing was planted')
      const { openApi, definitions } = value.folders
      const schemas = new KubernetesSchemas(openApi, definitions)
      const faults = (JSON.parse(plant(text)) as KubernetesObject[]).flatMap((object) =>
        schemas.faultsOf(object),
      )
      assert.match(faults.join('\n'), said)
    })
})
