import type { FastifyInstance } from 'fastify'
import { type Level, levels } from './compatibility.ts'
import { faults } from './registry-fault.ts'
import { type Mode, modes, type RegistryStore } from './registry-store.ts'
import { isSet, wordIn } from './request.ts'
import type { Subjects } from './subjects.ts'

interface Subject {
  Params: { subject: string }
}

/** Compatibility level and mode, of the registry and of a subject. */
export function settingRoutes(
  app: FastifyInstance,
  store: RegistryStore,
  subjects: Subjects,
): void {
  app.get('/config', () => ({ compatibilityLevel: subjects.level('') }))

  app.put('/config', ({ body }) => setLevel('', body))

  app.delete('/config', () => {
    const compatibilityLevel = subjects.level('')
    store.setCompatibility('', null)
    return { compatibilityLevel }
  })

  app.get<Subject>('/config/:subject', ({ params: { subject }, query }) => {
    const { compatibility } = store.settings(subject)
    if (compatibility) return { compatibilityLevel: compatibility }
    if (isSet(query, 'defaultToGlobal')) return { compatibilityLevel: subjects.level(subject) }
    throw faults.noCompatibility(subject)
  })

  app.put<Subject>('/config/:subject', ({ params, body }) => setLevel(params.subject, body))

  app.delete<Subject>('/config/:subject', ({ params: { subject } }) => {
    const { compatibility } = store.settings(subject)
    if (!compatibility) throw faults.noSubject(subject)
    store.setCompatibility(subject, null)
    return { compatibilityLevel: compatibility }
  })

  function setLevel(subject: string, body: unknown): { compatibility: Level } {
    const compatibility = wordIn(body, 'compatibility', levels)
    if (!compatibility) throw faults.badCompatibility(levels)
    store.setCompatibility(subject, compatibility)
    return { compatibility }
  }

  app.get('/mode', () => ({ mode: subjects.mode('') }))

  app.put('/mode', ({ body, query }) => setMode('', body, query))

  app.get<Subject>('/mode/:subject', ({ params: { subject }, query }) => {
    const { mode } = store.settings(subject)
    if (mode) return { mode }
    if (isSet(query, 'defaultToGlobal')) return { mode: subjects.mode(subject) }
    throw faults.noMode(subject)
  })

  app.put<Subject>('/mode/:subject', ({ params, body, query }) =>
    setMode(params.subject, body, query),
  )

  app.delete<Subject>('/mode/:subject', ({ params: { subject } }) => {
    const { mode } = store.settings(subject)
    if (!mode) throw faults.noSubject(subject)
    store.setMode(subject, null)
    return { mode }
  })

  function setMode(subject: string, body: unknown, query: unknown): { mode: Mode } {
    const mode = wordIn(body, 'mode', modes)
    if (!mode) throw faults.badMode(modes)
    // Imported ids could meet others: only where nothing is, or where somebody says that it is meant.
    if (mode === 'IMPORT' && !isSet(query, 'force') && isInUse(subject)) {
      throw faults.notPermitted(
        'Import mode is for what is empty: schemas exist (force=true insists)',
      )
    }
    store.setMode(subject, mode)
    return { mode }
  }

  const isInUse = (subject: string) =>
    subject === '' ? store.subjects().length > 0 : store.versions(subject).length > 0
}
