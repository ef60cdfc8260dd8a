import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plan } from '../plan.ts'
import { java } from '../programs/java.ts'
import { mavenClassPath } from '../programs/maven.ts'
import type { RealService } from '../real-service.ts'
import { type S3Account, s3Request } from './s3-request.ts'

const version = '4.1.0'
const bucket = 'chat4all'
const keys = { accessKeyId: 'chat4all', secretAccessKey: 'chat4all-secret' }

/**
 * S3Proxy: Apache licence, a release in the last weeks, and from the same registry as Kafka, so it needs no
 * compiler here. MinIO's repository says that it is no longer maintained; versitygw, SeaweedFS and Garage come as
 * sources, to be built for minutes.
 */
export const s3: RealService = {
  name: 's3',
  title: `S3Proxy ${version}, with the bucket ${bucket}`,
  servers: { s3: ['http'] },
  stopSignal: 'SIGTERM',
  abandonSignal: 'SIGKILL',

  async install(fetch) {
    const program = await java(17, fetch)
    const classPath = await mavenClassPath(
      `s3proxy-${version}`,
      [
        `org.gaul:s3proxy:${version}`,
        // Two versions of Jackson are among what it asks for; Maven takes annotations too old for the newer.
        'com.fasterxml.jackson.core:jackson-annotations:2.21',
      ],
      fetch,
    )
    return { java: program, classPath }
  },

  async create(plan) {
    mkdirSync(join(folderOf(plan), 'blobs'), { recursive: true })
    writeFileSync(join(folderOf(plan), 's3proxy.properties'), propertiesOf(plan))
    writeFileSync(join(folderOf(plan), 'logback.xml'), logging)
  },

  command: (plan) => ({
    program: plan.programs['java'] ?? '',
    args: [
      '-Xmx128m',
      '-XX:+UseSerialGC',
      `-Dlogback.configurationFile=${join(folderOf(plan), 'logback.xml')}`,
      '-cp',
      plan.programs['classPath'] ?? '',
      'org.gaul.s3proxy.Main',
      '--properties',
      join(folderOf(plan), 's3proxy.properties'),
    ],
  }),

  async probe(plan, _server, signal) {
    const answer = await s3Request(accountOf(plan), 'GET', '/', signal)
    if (!answer.ok) throw new Error(`answers ${answer.status} ${await answer.text()}`)
    const buckets = (await answer.text()).split('<Bucket>').length - 1
    return `has ${buckets} buckets`
  },

  async furnish(plan, signal) {
    const answer = await s3Request(accountOf(plan), 'PUT', `/${bucket}`, signal)
    // 409: it is there and ours.
    if (!answer.ok && answer.status !== 409) {
      throw new Error(`bucket ${bucket}: ${answer.status} ${await answer.text()}`)
    }
  },

  environment(plan) {
    const url = new URL(`/${bucket}`, accountOf(plan).url)
    url.username = keys.accessKeyId
    url.password = keys.secretAccessKey
    return { C4A_TEST_S3: url.href }
  },
}

const folderOf = (plan: Plan) => join(plan.folder, 's3')
const accountOf = (plan: Plan): S3Account => ({
  ...keys,
  url: `http://127.0.0.1:${plan.ports['s3']?.['http']}`,
})

const propertiesOf = (plan: Plan) => `s3proxy.endpoint=${accountOf(plan).url}
s3proxy.authorization=aws-v2-or-v4
s3proxy.identity=${keys.accessKeyId}
s3proxy.credential=${keys.secretAccessKey}
jclouds.provider=filesystem-nio2
jclouds.identity=unused
jclouds.credential=unused
jclouds.filesystem.basedir=${join(folderOf(plan), 'blobs')}
`

// Without it Logback prints every step of every request.
const logging = `<configuration>
  <appender name="console" class="ch.qos.logback.core.ConsoleAppender">
    <encoder><pattern>%d %-5level %logger{20} %msg%n</pattern></encoder>
  </appender>
  <root level="INFO"><appender-ref ref="console"/></root>
</configuration>
`
