import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { parse } from 'yaml'
import { clusterPipeline, ownProcesses } from './cluster-pipeline.ts'
import { fetched } from './fetched.ts'
import { type ComposeProject, composeFile, loadCompose } from './load-compose.ts'
import { composeProgram } from './tools.ts'

const root = join(composeFile, '..')
const text = readFileSync(composeFile, 'utf8')
const { services }: ComposeProject = parse(text, { merge: true })
const own = Object.entries(services).filter(([, { image }]) => image.startsWith('chat4all:'))
const sorted = (names: Iterable<string>) => [...names].sort((a, b) => a.localeCompare(b))
/** By the stage that each runs. */
const stages = new Map(
  own.flatMap(([name, { command }]) => {
    const at = command?.indexOf('--stage') ?? -1
    return command?.[0] === 'run' ? [[command[at + 1], name] as const] : []
  }),
)

describe('docker-compose.yml', () => {
  test('has a service for each stage of pipeline.yaml, and gateways', () => {
    const wanted = ownProcesses(clusterPipeline()).map(({ id }) => id)
    assert.deepEqual(sorted([...stages.keys()].map(String)), sorted(wanted))
    for (const [stage, service] of stages) {
      assert.equal(service, stage?.replaceAll('.', '-'))
      assert.deepEqual(services[service]?.command, [
        'run',
        '--profile',
        'cluster',
        '--stage',
        stage,
      ])
    }
    assert.deepEqual(services['gateway']?.command, ['gateway', '--profile', 'cluster'])
  })

  test('can scale each of them: nothing in it is there once only', () => {
    for (const name of [...stages.values(), 'gateway']) {
      for (const once of ['ports', 'container_name', 'hostname', 'volumes'])
        assert.equal(services[name]?.[once], undefined, name)
    }
  })

  test('gives what is ours no rights, and nothing to write to', () => {
    for (const [name, service] of own) {
      assert.equal(service['read_only'], true, name)
      assert.equal(service['user'], '65532:65532', name)
      assert.deepEqual(service['cap_drop'], ['ALL'], name)
      assert.deepEqual(service['security_opt'], ['no-new-privileges:true'], name)
      assert.deepEqual(service['tmpfs'], ['/tmp'], name)
    }
  })

  test('lets a stop take as long as the stages may', () => {
    const longest = Math.max(...ownProcesses(clusterPipeline()).map(({ drainMs }) => drainMs))
    for (const [name, service] of own) {
      const seconds = Number(/^(\d+)s$/.exec(String(service['stop_grace_period']))?.[1])
      // The delay before it, and what the process itself adds.
      assert.ok(seconds * 1000 >= longest + 5_000 + 15_000, name)
    }
  })

  test('waits for what it needs, and asks everything how it is', () => {
    for (const [name, { depends_on: needs = {}, healthcheck }] of Object.entries(services)) {
      for (const [other, { condition }] of Object.entries(needs)) {
        const needed = services[other]
        assert.ok(needed, `${name} waits for ${other}, which is not there`)
        const { healthcheck: of, image } = needed
        // These two images bring a check of their own.
        const checked = (of && !of.disable) || /^(chat4all|andrewgaul\/s3proxy):/.test(image)
        if (condition === 'service_healthy') assert.ok(checked, `${name} waits for ${other}`)
        else assert.equal(needed['restart'], 'no', `${name} waits for the end of ${other}`)
      }
      if (healthcheck && !healthcheck.disable) assert.ok(healthcheck.test)
    }
  })

  test('pins its images, shares what it names, and mounts what is there', () => {
    const named = new Set(Object.keys(parse(text).volumes))
    const used = new Set<string>()
    for (const [name, { image, volumes = [] }] of Object.entries(services)) {
      assert.match(image, /:(?!latest)[\w.$-]/, name)
      for (const volume of volumes as unknown as readonly string[]) {
        const [source = ''] = volume.split(':')
        if (source.startsWith('.')) assert.ok(existsSync(join(root, source)), `${name}: ${source}`)
        else used.add(source)
      }
    }
    assert.deepEqual(used, named)
  })

  test('has everything watched by Prometheus', () => {
    const { scrape_configs: jobs } = parse(
      readFileSync(join(root, 'compose/prometheus.yml'), 'utf8'),
    )
    const [{ names }] = jobs.find(
      ({ job_name: name }: { job_name: string }) => name === 'chat4all',
    ).dns_sd_configs
    assert.deepEqual(sorted(names), sorted([...stages.values(), 'gateway']))
  })

  test('asks for what .env.example names, and for nothing else', () => {
    const asked = new Set([...text.matchAll(/\$\{([A-Z0-9_]+):\?/g)].map(([, name]) => name ?? ''))
    const example = readFileSync(join(root, '.env.example'), 'utf8')
    const offered = [...example.matchAll(/^([A-Z0-9_]+)=$/gm)].map(([, name]) => name ?? '')
    assert.deepEqual(sorted(asked), sorted(offered))
  })
})

const { value: loader = '', leftOut } = await fetched(composeProgram)

describe("docker compose's own loader", { skip: leftOut }, () => {
  const values = Object.fromEntries(
    [...text.matchAll(/\$\{([A-Z0-9_]+):\?/g)].map(([, name]) => [name, 'x'.repeat(32)]),
  )

  test('takes the file, and gives the hub all it needs to know', async () => {
    const project = await loadCompose(loader, values)
    assert.deepEqual(sorted(Object.keys(project.services)), sorted(Object.keys(services)))
    const { environment } = project.services['validate'] ?? {}
    assert.equal(
      environment?.['C4A_POSTGRES_URLS'],
      ['postgres-1', 'postgres-2', 'postgres-3']
        .map((host) => `postgres://chat4all:${'x'.repeat(32)}@${host}:5432/chat4all`)
        .join(),
    )
    assert.deepEqual(project.services['gateway']?.environment, environment)
    assert.deepEqual(project.services['topics']?.environment, environment)
  })

  test('says what is missing, and what is wrong', async () => {
    const { C4A_ID_SECRET: _, ...less } = values
    await assert.rejects(loadCompose(loader, less), /C4A_ID_SECRET is not set: set it in \.env/)
    const misspelt = text
      .replace('    read_only:', '    readonly:')
      .replace('  read_only:', '  readonly:')
    assert.notEqual(misspelt, text)
    await assert.rejects(loadCompose(loader, values, misspelt), /readonly/)
    const unknown = text.replace('condition: service_healthy', 'condition: service_fine')
    await assert.rejects(loadCompose(loader, values, unknown), /condition/)
  })
})
