import type { FastifyInstance } from 'fastify'
import type { Deletion } from './deletion.ts'
import type { RegistryStore, Version } from './registry-store.ts'
import { isSet, sentSchema, versionOf } from './request.ts'
import type { Subjects } from './subjects.ts'

interface Subject {
  Params: { subject: string }
}
interface SubjectVersion {
  Params: { subject: string; version: string }
}

export function subjectRoutes(
  app: FastifyInstance,
  store: RegistryStore,
  subjects: Subjects,
  deletion: Deletion,
): void {
  app.get('/subjects', ({ query }) => {
    const { subjectPrefix = '' } = query as { subjectPrefix?: unknown } // narrowed by String
    return store
      .subjects()
      .filter(({ deleted }) => isSet(query, 'deleted') || !deleted)
      .map(({ subject }) => subject)
      .filter((subject) => subject.startsWith(String(subjectPrefix)))
  })

  app.get<Subject>('/subjects/:subject/versions', ({ params, query }) =>
    subjects.versions(params.subject, isSet(query, 'deleted')).map(({ version }) => version),
  )

  app.post<Subject>('/subjects/:subject/versions', ({ params, body }) => ({
    id: subjects.register(params.subject, sentSchema(body)),
  }))

  app.post<Subject>('/subjects/:subject', ({ params, body, query }) =>
    shown(subjects.lookUp(params.subject, sentSchema(body).schema, isSet(query, 'deleted'))),
  )

  app.delete<Subject>('/subjects/:subject', ({ params, query }) =>
    deletion.subject(params.subject, isSet(query, 'permanent')),
  )

  const versionIn = ({ subject, version }: SubjectVersion['Params'], query: unknown): Version =>
    subjects.version(subject, versionOf(version), isSet(query, 'deleted'))

  app.get<SubjectVersion>('/subjects/:subject/versions/:version', ({ params, query }) =>
    shown(versionIn(params, query)),
  )

  app.get<SubjectVersion>('/subjects/:subject/versions/:version/schema', ({ params, query }) =>
    JSON.parse(versionIn(params, query).schema),
  )

  // Nobody refers to a schema here: references are refused.
  app.get<SubjectVersion>('/subjects/:subject/versions/:version/referencedby', (request) => {
    versionIn(request.params, request.query)
    return []
  })

  app.delete<SubjectVersion>(
    '/subjects/:subject/versions/:version',
    ({ params: { subject, version }, query }, reply) =>
      reply.send(
        JSON.stringify(deletion.version(subject, versionOf(version), isSet(query, 'permanent'))),
      ),
  )
}

const shown = ({ subject, id, version, schema }: Version) => ({ subject, id, version, schema })
