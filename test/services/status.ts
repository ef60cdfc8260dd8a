import { probe } from './processes/readiness.ts'
import type { ProcessState } from './processes/server-process.ts'
import type { Site } from './site.ts'

export interface ServerStatus {
  readonly server: string
  readonly service: string
  /** `serves`: it answered a real question just now. `silent`: its process runs and does not answer. */
  readonly state: 'serves' | 'silent' | Exclude<ProcessState, 'running'>
  /** What it said of itself, or why it did not. */
  readonly detail: string
  readonly pid: number | undefined
  readonly ports: Readonly<Record<string, number>>
}

/** Asks every server that was brought up. */
export function status(site: Site): Promise<ServerStatus[]> {
  return Promise.all(
    site.plans().flatMap((plan) =>
      Object.entries(plan.ports).map(async ([server, ports]) => {
        const { service } = plan
        const process = site.process(plan, server)
        const { state: processState, pid } = process
        const known = { server, service, pid, ports }
        if (processState !== 'running') return { ...known, state: processState, detail: '' }
        try {
          return { ...known, state: 'serves', detail: await probe(site, plan, server) } as const
        } catch (error) {
          const detail = error instanceof Error ? error.message : String(error)
          return { ...known, state: 'silent', detail } as const
        }
      }),
    ),
  )
}
