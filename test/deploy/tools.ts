import type { Fetch } from '../services/programs/cached.ts'
import { goModuleFiles, goProgram } from '../services/programs/go.ts'

/** What the deployment is checked with, pinned; each is fetched once and kept (docs/deployment.md). */
const versions = {
  helm: '4.3.1',
  composeGo: '2.16.2',
  kubernetes: '1.37.2',
  keda: '2.21.0',
  externalSecrets: '1.3.2',
  prometheusOperator: '0.85.0',
} as const

/** Helm itself. Minutes of work for two processors, the first time. */
export const helmProgram = (fetch: Fetch): Promise<string> =>
  goProgram(`helm-${versions.helm}`, `helm.sh/helm/v4/cmd/helm@v${versions.helm}`, fetch)

/** The loader of docker compose as a command: schema, interpolation, merging and consistency. */
export const composeProgram = (fetch: Fetch): Promise<string> =>
  goProgram(
    `compose-go-${versions.composeGo}`,
    `github.com/compose-spec/compose-go/v2/cmd@v${versions.composeGo}`,
    fetch,
  )

/** Folders with Kubernetes' own OpenAPI documents, and with the definitions of the operators' kinds. */
export async function schemaFolders(
  fetch: Fetch,
): Promise<{ readonly openApi: string; readonly definitions: readonly string[] }> {
  const files = (name: keyof typeof versions, module: string, path: string) =>
    goModuleFiles(
      `${name}-schemas-${versions[name]}`,
      `${module}@v${versions[name]}`,
      [path],
      fetch,
    ).then((folder) => `${folder}/${path}`)
  const [openApi, ...definitions] = await Promise.all([
    files('kubernetes', 'k8s.io/kubernetes', 'api/openapi-spec/v3'),
    files('keda', 'github.com/kedacore/keda/v2', 'config/crd/bases'),
    files('externalSecrets', 'github.com/external-secrets/external-secrets', 'config/crds/bases'),
    files(
      'prometheusOperator',
      'github.com/prometheus-operator/prometheus-operator',
      'example/prometheus-operator-crd',
    ),
  ])
  return { openApi, definitions }
}
