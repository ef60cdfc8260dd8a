import type { KubernetesObject } from './kubernetes-schemas.ts'

/** A Deployment or Job, as far as the tests look into it. */
export interface Workload extends KubernetesObject {
  readonly spec: {
    readonly replicas?: number
    readonly selector?: { readonly matchLabels: Labels }
    readonly template: {
      readonly metadata: { readonly labels: Labels; readonly annotations?: Labels }
      readonly spec: {
        readonly terminationGracePeriodSeconds?: number
        readonly automountServiceAccountToken?: boolean
        readonly securityContext: Readonly<Record<string, unknown>>
        readonly volumes: readonly { readonly configMap?: { readonly name: string } }[]
        readonly containers: readonly Container[]
      }
    }
  }
}

interface Container {
  readonly name: string
  readonly image: string
  readonly args: readonly string[]
  readonly ports?: readonly { readonly name: string }[]
  readonly env?: readonly { readonly name: string; readonly value?: string }[]
  readonly envFrom?: readonly {
    readonly configMapRef?: { readonly name: string }
    readonly secretRef?: { readonly name: string }
  }[]
  readonly resources: { readonly requests?: object; readonly limits?: object }
  readonly securityContext: Readonly<Record<string, unknown>>
  readonly livenessProbe?: object
  readonly readinessProbe?: object
  readonly startupProbe?: object
}

export type Labels = Readonly<Record<string, string>>

export const isWorkload = (object: KubernetesObject): object is Workload =>
  object.kind === 'Deployment' || object.kind === 'Job'

export const componentOf = ({ metadata }: KubernetesObject): string =>
  metadata.labels?.['app.kubernetes.io/component'] ?? ''

/** The only container of its pods. */
export function containerOf({ spec, metadata }: Workload): Container {
  const [container] = spec.template.spec.containers
  if (container) return container
  throw new Error(`${metadata.name} has no container`)
}
