import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { effect, small } from './small-pipelines.ts'

const root = join(import.meta.dirname, '..', '..')
const folder = mkdtempSync(join(tmpdir(), 'c4a-check-'))
after(() => rmSync(folder, { recursive: true }))

function run(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const script = join(import.meta.dirname, 'run-command.ts')
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    cwd: root,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], ...environment },
  })
  return { status, stdout, stderr }
}

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

describe('chat4all check', () => {
  test('the shipped file ends with 0 and says its revision, without any value or secret at hand', () => {
    const { status, stdout, stderr } = run(['check'])
    assert.match(stdout, /^pipeline\.yaml: nothing wrong \(revision [0-9a-f]{12}\)\n$/)
    assert.deepEqual([status, stderr], [0, ''])
  })

  test('faults end with 1, on stdout, without colours where nobody looks', () => {
    const { status, stdout, stderr } = run([
      'check',
      file('f.yaml', small.replace('in: a', 'in: aa')),
    ])
    assert.deepEqual([status, stderr], [1, ''])
    assert.match(stdout, /f\.yaml:10:9 error C4A1102 /)
    assert.match(stdout, /1 error, 0 warnings\n$/)
    assert.ok(!stdout.includes('\u001b'))
  })

  test('warnings alone end with 0', () => {
    const { status, stdout } = run(['check', file('w.yaml', effect.replace('max: 4', 'max: 40'))])
    assert.equal(status, 0)
    assert.match(stdout, /warning C4A1508 /)
  })

  test('warns, at its place, of each kind that a channel of the route does not show as it is', () => {
    const shipped = readFileSync(join(root, 'pipeline.yaml'), 'utf8')
    const kinds = 'with: { kinds: [text, list, delete] }'
    const text = shipped.replace('    use: route\n', `    use: route\n    ${kinds}\n`)
    const line = text.slice(0, text.indexOf(kinds)).split('\n').length
    const { status, stdout } = run(['check', file('k.yaml', text)])
    assert.equal(status, 0)
    const said = stdout.match(/k\.yaml:\S+ warning C4A1512 .*/g)
    assert.deepEqual(said, [
      `k.yaml:${line}:27 warning C4A1512 Not every channel shows 'list' as it is: messenger (list-as-buttons), instagram (list-as-buttons), telegram (list-as-buttons)`,
      `k.yaml:${line}:33 warning C4A1512 Not every channel shows 'delete' as it is: whatsapp (not at all), messenger (not at all), instagram (not at all)`,
    ])
  })

  test('asks connectors of packages the same when it is told to load them', () => {
    file(
      'sms.js',
      `console.error('this code runs')
      export const connector = () => ({ channel: 'sms', capabilities: {
        kinds: ['text'], text: { max: 160, unit: 'characters' }, caption: null, receipts: [], windowMs: null, settlement: null,
      }, webhook: {} })`,
    )
    file('package.json', '{ "type": "module" }')
    const shipped = readFileSync(join(root, 'pipeline.yaml'), 'utf8')
    const text = shipped
      .replace('    use: route\n', '    use: route\n    with: { kinds: [location, delete] }\n')
      .replace(
        /^channels:\n/m,
        'channels:\n  sms: { connector: ./sms.js, like: telegram, baseUrl: "https://sms.example" }\n',
      )
    const path = file('sms.yaml', text)
    const plain = run(['check', path])
    assert.deepEqual([plain.status, plain.stderr], [0, ''])
    assert.doesNotMatch(plain.stdout, /sms \(/)
    const asked = run(['check', path, '--load-connectors'])
    assert.deepEqual([asked.status, asked.stderr], [0, 'this code runs\n'])
    assert.match(asked.stdout, /'location' as it is: .*sms \(location-as-text\)/)
    assert.match(asked.stdout, /'delete' as it is: .*sms \(not at all\)/)

    for (const [code, why] of [
      ['export const connector = 7', /^C4A_PIPELINE_INVALID .*it exports no function/],
      ['export const connector = () => ({})', /^C4A_PIPELINE_INVALID .*'sms'.*it cannot be made/],
    ] as const) {
      file('sms.js', code)
      const broken = run(['check', path, '--load-connectors'])
      assert.equal(broken.stdout, '')
      assert.match(broken.stderr, why)
      assert.notEqual(broken.status, 0)
    }
  })

  test('json is one document with the faults and their edits', () => {
    const { status, stdout } = run([
      'check',
      file('j.yaml', small.replace('in: a', 'in: aa')),
      '--format',
      'json',
    ])
    const { faults, revision } = JSON.parse(stdout)
    assert.deepEqual([status, revision, faults.length], [1, null, 1])
    assert.deepEqual(
      [faults[0].code, faults[0].place.line, faults[0].place.column, faults[0].edits[0].text],
      ['C4A1102', 10, 9, 'a'],
    )
  })

  test('github is one workflow command for each fault, and nothing besides', () => {
    const path = file('g.yaml', small.replace('in: a', 'in: aa'))
    const { stdout } = run(['check', path, '--format', 'github'])
    assert.match(stdout, /^::error file=.*g\.yaml,line=10,col=9,title=C4A1102::[^\n]*\n$/)
  })

  for (const [what, args, status] of [
    ['a file that is not there', ['check', 'nowhere.yaml'], 66],
    ['a folder', ['check', root], 66],
    ['an unknown option', ['check', '--fromat', 'json'], 64],
    ['an unknown format', ['check', '--format', 'xml'], 64],
    ['two files', ['check', 'a', 'b'], 64],
    ['an unknown code', ['check', '--explain', 'C4A9999'], 64],
  ] as const)
    test(`${what} ends with ${status} and a sentence on stderr`, () => {
      const ended = run(args)
      assert.deepEqual([ended.status, ended.stdout], [status, ''])
      assert.ok(ended.stderr.length > 20)
      assert.doesNotMatch(ended.stderr, /\n\s+at /)
    })

  test('YAML that cannot be read ends with 78', () => {
    assert.equal(run(['check', file('u.yaml', 'a: [\n')]).status, 78)
  })

  test('help names every exit code', () => {
    const { status, stdout } = run(['check', '--help'])
    assert.equal(status, 0)
    for (const code of [' 0 ', ' 1 ', ' 64 ', ' 66 ', '\n78 '])
      assert.ok(stdout.includes(code), code)
  })

  test('a code can be explained', () => {
    assert.match(run(['check', '--explain', 'c4a1204']).stdout, /^C4A1204 \(error\): cycle/)
  })

  test('a cluster refuses the simulator until it is given an address or told to', () => {
    const path = file('c.yaml', effect.replace('https://graph.example', `\${URL:-simulator}`))
    const cluster = ['check', path, '--profile', 'cluster']
    assert.equal(run(cluster).status, 1)
    assert.equal(run([...cluster, '--allow-simulator']).status, 0)
    const values = { URL: 'https://graph.example', TOKEN: 'hunter2', VERIFY: 'v', SECRET: 's' }
    assert.equal(run([...cluster, '--require-env'], values).status, 0)
    const missing = run([...cluster, '--require-env'], { ...values, VERIFY: '' })
    assert.equal(missing.status, 1)
    assert.match(missing.stdout, /C4A1008 VERIFY has no value/)
    assert.doesNotMatch(missing.stdout, /hunter2/)
  })
})

describe('chat4all graph', () => {
  for (const [format, form] of [
    ['text', /^chat4all \(revision [0-9a-f]{12}\)\n/],
    ['mermaid', /^flowchart LR\n/],
    ['dot', /^digraph "chat4all" \{\n/],
    ['svg', /^<\?xml/],
  ] as const)
    test(`${format} is drawn to stdout`, () => {
      const { status, stdout } = run(['graph', '--format', format])
      assert.equal(status, 0)
      assert.match(stdout, form)
    })

  test('a file with faults is not drawn, and the way to them is named', () => {
    const { status, stdout, stderr } = run([
      'graph',
      file('b.yaml', small.replace('in: a', 'in: aa')),
    ])
    assert.deepEqual([status, stdout], [1, ''])
    assert.match(stderr, /chat4all check/)
  })

  test('a file that is not there ends with 66', () => {
    assert.equal(run(['graph', 'nowhere.yaml']).status, 66)
  })
})
