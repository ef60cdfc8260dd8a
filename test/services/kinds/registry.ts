import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Plan } from '../plan.ts'
import { java } from '../programs/java.ts'
import { mavenArchive } from '../programs/maven.ts'
import type { RealService } from '../real-service.ts'

const version = '3.3.3'

/** A schema registry that is not ours, speaking Confluent's API; what it was told survives its end. */
export const registry: RealService = {
  name: 'registry',
  title: `Apicurio Registry ${version}, by Confluent's API`,
  servers: { registry: ['http'] },
  stopSignal: 'SIGTERM',
  abandonSignal: 'SIGKILL',

  async install(fetch) {
    const artifact = `io.apicurio:apicurio-registry-app:${version}:tar.gz:all`
    return {
      // What is published is compiled for 21.
      java: await java(21, fetch.signal),
      folder: await mavenArchive(`apicurio-registry-${version}`, artifact, fetch),
    }
  },

  async create(plan) {
    mkdirSync(folderOf(plan))
  },

  command: (plan) => ({
    program: plan.programs['java'] ?? '',
    args: [
      '-Xmx256m',
      '-XX:+UseSerialGC',
      // Asked now and then: not worth the time to optimise, which is most of its start.
      '-XX:TieredStopAtLevel=1',
      '-jar',
      join(plan.programs['folder'] ?? '', 'quarkus-run.jar'),
    ],
    environment: {
      APICURIO_STORAGE_KIND: 'sql',
      APICURIO_STORAGE_SQL_KIND: 'h2',
      // Without the delay: an id that was given must be known after a kill.
      APICURIO_DATASOURCE_URL: `jdbc:h2:file:${join(folderOf(plan), 'schemas')};WRITE_DELAY=0`,
      APICURIO_DATASOURCE_USERNAME: 'chat4all',
      APICURIO_DATASOURCE_PASSWORD: 'chat4all',
      QUARKUS_HTTP_HOST: '127.0.0.1',
      QUARKUS_HTTP_PORT: String(plan.ports['registry']?.['http']),
      // That it has a management interface was settled when it was built: on 9000, where only one registry could listen.
      QUARKUS_MANAGEMENT_HOST: '127.0.0.1',
      QUARKUS_MANAGEMENT_PORT: '0',
      QUARKUS_LOG_CONSOLE_COLOR: 'false',
    },
  }),

  async probe(plan, _server, signal) {
    const answer = await fetch(`${urlOf(plan)}/subjects`, { signal })
    const subjects: unknown = await answer.json()
    if (!answer.ok || !Array.isArray(subjects)) throw new Error(`answers ${answer.status}`)
    return `has ${subjects.length} subjects`
  },

  environment: (plan) => ({ C4A_TEST_REGISTRY: urlOf(plan) }),
}

const folderOf = (plan: Plan) => join(plan.folder, 'registry')
const urlOf = (plan: Plan) => `http://127.0.0.1:${plan.ports['registry']?.['http']}/apis/ccompat/v7`
