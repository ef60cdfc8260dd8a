import type { FastifyInstance } from 'fastify'
import { faults } from './registry-fault.ts'
import type { RegistryStore } from './registry-store.ts'
import { isSet, schemaIdIn, sentSchema, versionOf } from './request.ts'
import type { Subjects } from './subjects.ts'

interface ById {
  Params: { id: string }
}
interface SubjectVersions {
  Params: { subject: string }
}
interface SubjectVersion {
  Params: { subject: string; version: string }
}

/** Schemas by id, and what a change would break. */
export function schemaRoutes(app: FastifyInstance, store: RegistryStore, subjects: Subjects): void {
  function textOf(id: string): string {
    const text = store.schemaText(schemaIdIn(id))
    if (text === undefined) throw faults.noSchema()
    return text
  }

  function usesOf(id: string, query: unknown) {
    textOf(id)
    const versions = store.versionsOfSchema(schemaIdIn(id))
    return versions.filter(({ deleted }) => isSet(query, 'deleted') || !deleted)
  }

  app.get('/schemas/types', () => ['AVRO'])

  app.get<ById>('/schemas/ids/:id', ({ params }) => ({ schema: textOf(params.id) }))

  app.get<ById>('/schemas/ids/:id/schema', ({ params }) => JSON.parse(textOf(params.id)))

  app.get<ById>('/schemas/ids/:id/versions', ({ params, query }) =>
    usesOf(params.id, query).map(({ subject, version }) => ({ subject, version })),
  )

  app.get<ById>('/schemas/ids/:id/subjects', ({ params, query }) => [
    ...new Set(usesOf(params.id, query).map(({ subject }) => subject)),
  ])

  app.post<SubjectVersions>('/compatibility/subjects/:subject/versions', (request) =>
    answered(
      subjects.judge(request.params.subject, sentSchema(request.body).schema, 'by-level'),
      request.query,
    ),
  )

  app.post<SubjectVersion>('/compatibility/subjects/:subject/versions/:version', (request) => {
    const { subject, version } = request.params
    const judged = versionOf(version) ?? 'latest'
    return answered(subjects.judge(subject, sentSchema(request.body).schema, judged), request.query)
  })
}

function answered(verdict: ReturnType<Subjects['judge']>, query: unknown) {
  const { compatible, messages } = verdict
  return isSet(query, 'verbose')
    ? { is_compatible: compatible, messages }
    : { is_compatible: compatible }
}
