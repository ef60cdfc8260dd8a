import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { parse } from 'yaml'
import { refusing } from './refusing.ts'

export interface KubernetesObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly labels?: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
  }
  readonly [field: string]: unknown
}

/**
 * Says what is wrong with objects by the schemas of Kubernetes itself and of the operators' kinds. Stricter than an
 * API server: a field that no schema knows is a fault, where the server would drop it.
 */
export class KubernetesSchemas {
  readonly #openApi: string
  readonly #definitions: readonly string[]
  readonly #known = new Map<string, ValidateFunction | undefined>()
  readonly #ajv = new Ajv2020({
    strict: false,
    allErrors: true,
    validateFormats: false,
    code: { regExp: goPattern },
  })

  constructor(openApi: string, definitions: readonly string[]) {
    this.#openApi = openApi
    this.#definitions = definitions
  }

  faultsOf(object: KubernetesObject): readonly string[] {
    const { apiVersion, kind, metadata } = object
    const name = `${apiVersion} ${kind}`
    if (!this.#known.has(name))
      this.#known.set(name, this.#builtIn(apiVersion, kind) ?? this.#defined(apiVersion, kind))
    const validate = this.#known.get(name)
    if (!validate) return [`${name}: no such kind is known`]
    if (validate(object)) return []
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) =>
        `${kind} ${metadata.name}${instancePath} ${message} ${JSON.stringify(params)}`,
    )
  }

  #builtIn(apiVersion: string, kind: string): ValidateFunction | undefined {
    const path = apiVersion.includes('/')
      ? `apis__${apiVersion.replace('/', '__')}`
      : `api__${apiVersion}`
    const file = join(this.#openApi, `${path}_openapi.json`)
    if (!existsSync(file)) return undefined
    const { components }: OpenApi = JSON.parse(readFileSync(file, 'utf8'))
    if (!this.#ajv.getSchema(apiVersion))
      this.#ajv.addSchema({ $id: apiVersion, components: refusing(components) })
    const isIt = (of: GroupVersionKind) =>
      of.kind === kind && (of.group ? `${of.group}/${of.version}` : of.version) === apiVersion
    const found = Object.entries(components.schemas).find(([, schema]) =>
      schema['x-kubernetes-group-version-kind']?.some(isIt),
    )
    return found && this.#ajv.compile({ $ref: `${apiVersion}#/components/schemas/${found[0]}` })
  }

  #defined(apiVersion: string, kind: string): ValidateFunction | undefined {
    const [group = '', version = ''] = apiVersion.split('/')
    for (const folder of this.#definitions)
      for (const file of globSync('*.{yaml,yml}', { cwd: folder })) {
        const text = readFileSync(join(folder, file), 'utf8')
        // Parsing all of them would take seconds.
        if (!text.includes(`group: ${group}\n`) || !text.includes(`kind: ${kind}\n`)) continue
        const { spec }: Definition = parse(text)
        const found = spec.versions.find(({ name, served }) => name === version && served)
        if (spec.names.kind === kind && found)
          return this.#ajv.compile(refusing(found.schema.openAPIV3Schema))
      }
    return undefined
  }
}

/** Patterns are Go's, which can ask for either case within. */
function goPattern(pattern: string, flags: string): RegExp {
  const eitherCase = pattern.includes('(?i)')
  return new RegExp(pattern.replaceAll('(?i)', ''), eitherCase ? `${flags}i` : flags)
}
goPattern.code = 'goPattern'

interface GroupVersionKind {
  readonly group: string
  readonly version: string
  readonly kind: string
}

interface OpenApi {
  readonly components: {
    readonly schemas: Readonly<
      Record<string, { readonly 'x-kubernetes-group-version-kind'?: readonly GroupVersionKind[] }>
    >
  }
}

interface Definition {
  readonly spec: {
    readonly group: string
    readonly names: { readonly kind: string }
    readonly versions: readonly {
      readonly name: string
      readonly served: boolean
      readonly schema: { readonly openAPIV3Schema: object }
    }[]
  }
}
