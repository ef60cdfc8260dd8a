import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { TestContext } from 'node:test'
import { kafka } from '../../services/kinds/kafka.ts'
import { freePorts } from '../../services/processes/free-ports.ts'
import { runProgram } from '../../services/programs/run-program.ts'

export const username = 'chat4all'
export const password = 'a secret/with some+odd;signs'

export interface SecuredBroker {
  /** Speaks TLS, and asks who is there by PLAIN or SCRAM. */
  readonly address: string
  /** The certificate by which it is known, PEM. */
  readonly ca: Buffer
}

/** One broker that trusts nobody; gone when the test ends. */
export async function securedBroker(t: TestContext): Promise<SecuredBroker> {
  const { signal } = t
  const folder = await mkdtemp(join(tmpdir(), 'c4a-secured-'))
  let server: ChildProcess | undefined
  t.after(async () => {
    server?.kill('SIGKILL')
    if (server?.exitCode === null) await once(server, 'exit')
    await rm(folder, { recursive: true })
  })
  const programs = await kafka.install({ signal, say: () => {} })
  const java = programs['java'] ?? ''
  const [client = 0, controller = 0] = await freePorts(2, [])
  const ca = await certificate(folder, java, signal)
  const properties = join(folder, 'server.properties')
  await writeFile(properties, propertiesOf(folder, client, controller))
  const scram = ['256', '512'].flatMap((bits) => [
    '--add-scram',
    `SCRAM-SHA-${bits}=[name="${username}",password="${password}"]`,
  ])
  const classPath = ['-XX:+UseSerialGC', '-cp', programs['classPath'] ?? '']
  const format = ['format', '--cluster-id', 'MkU3OEVBNTcwNTJENDM2Qg', '--config', properties]
  await runProgram(java, [...classPath, 'kafka.tools.StorageTool', ...format, ...scram], { signal })
  server = spawn(java, ['-Xmx384m', ...classPath, 'kafka.Kafka', properties], {
    cwd: folder,
    stdio: 'ignore',
  })
  return { address: `127.0.0.1:${client}`, ca }
}

async function certificate(folder: string, java: string, signal: AbortSignal): Promise<Buffer> {
  const keytool = java.includes('/') ? join(dirname(java), 'keytool') : 'keytool'
  const store = [
    '-keystore',
    join(folder, 'keys.p12'),
    '-storepass',
    'changeit',
    '-alias',
    'broker',
  ]
  const names = ['-dname', 'CN=127.0.0.1', '-ext', 'SAN=ip:127.0.0.1']
  const key = ['-genkeypair', '-keyalg', 'RSA', '-validity', '2', ...names]
  await runProgram(keytool, [...key, ...store], { signal })
  const file = join(folder, 'broker.pem')
  await runProgram(keytool, ['-exportcert', '-rfc', '-file', file, ...store], { signal })
  return readFile(file)
}

function propertiesOf(folder: string, client: number, controller: number): string {
  const plain = `org.apache.kafka.common.security.plain.PlainLoginModule required user_${username}="${password}";`
  const scram = 'org.apache.kafka.common.security.scram.ScramLoginModule required;'
  const properties = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    listeners: `SECURED://127.0.0.1:${client},INTERNAL://127.0.0.1:0,CONTROLLER://127.0.0.1:${controller}`,
    'advertised.listeners': `SECURED://127.0.0.1:${client},INTERNAL://127.0.0.1:${client}`,
    'listener.security.protocol.map': 'SECURED:SASL_SSL,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'INTERNAL',
    'controller.quorum.voters': `1@127.0.0.1:${controller}`,
    'log.dirs': join(folder, 'data'),
    'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
    'listener.name.secured.plain.sasl.jaas.config': plain,
    'listener.name.secured.scram-sha-256.sasl.jaas.config': scram,
    'listener.name.secured.scram-sha-512.sasl.jaas.config': scram,
    'ssl.keystore.location': join(folder, 'keys.p12'),
    'ssl.keystore.password': 'changeit',
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 1,
    'group.initial.rebalance.delay.ms': 0,
    'auto.create.topics.enable': false,
  }
  return Object.entries(properties)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')
}
