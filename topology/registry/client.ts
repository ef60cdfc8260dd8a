import {
  SchemaRegistry as Client,
  COMPATIBILITY,
  SchemaType,
} from '@kafkajs/confluent-schema-registry'
import { AvroType } from '../codec/avsc.ts'
import { Chat4AllError } from '../contract/errors.ts'
import type { SchemaRegistry, SubjectSchema } from '../ports/registry.ts'
import type { Credentials } from './basic-auth.ts'
import type { Level } from './compatibility.ts'

export interface ClientOptions {
  readonly url: string
  readonly credentials: Credentials | undefined
  /** The level that each subject is given at its first registration, and must have ever after. */
  readonly compatibility: Level
  /** How long one request may take; the library itself would wait for ever. */
  readonly timeoutMs: number
}

/** Schemas that are registered at the same time. Many processes may start at once, and some registries write one after another. */
const atOnce = 4

/** Any Confluent-compatible registry, through the client that Kafka users know. */
export function confluentRegistry(options: ClientOptions): SchemaRegistry {
  const { url, credentials, timeoutMs } = options
  const client = new Client({
    host: url,
    clientId: 'chat4all',
    ...(credentials ? { auth: { ...credentials } } : {}),
    middlewares: [
      () => ({
        prepareRequest: async (next) => (await next()).enhance({ timeout: timeoutMs }),
      }),
    ],
  })
  const compatibility = COMPATIBILITY[options.compatibility]
  const fetches = new Map<number, Promise<string | undefined>>()

  async function fetchSchema(id: number): Promise<string | undefined> {
    try {
      const schema = await client.getSchema(id)
      return AvroType.isType(schema) ? JSON.stringify(schema) : undefined
    } catch (error) {
      if (statusOf(error) === 404) return undefined
      throw translated(error, url)
    }
  }

  function begin(id: number): Promise<string | undefined> {
    const fetch = fetchSchema(id).finally(() => fetches.delete(id))
    fetches.set(id, fetch)
    return fetch
  }

  async function register({ subject, schema }: SubjectSchema): Promise<number> {
    const sent = { type: SchemaType.AVRO as const, schema }
    try {
      const { id } = await client.register(sent, { subject, compatibility })
      return id
    } catch (error) {
      if (!isRefusal(error)) throw translated(error, url, subject)
      // A registry that takes no writes from us may well know the schema already.
      const known = await client.getRegistryIdBySchema(subject, sent).catch(() => undefined)
      if (known === undefined) throw translated(error, url, subject)
      return known
    }
  }

  return {
    async register(schemas) {
      const ids: number[] = []
      const waiting = schemas.entries()
      // Two or three requests each: one after another they were the longest wait of a stage's start.
      const work = async () => {
        for (const [nth, each] of waiting) ids[nth] = await register(each)
      }
      await Promise.all(Array.from({ length: atOnce }, work))
      return ids
    },

    // The client shares the request of those who ask at once, but parses for each of them
    // (kafkajs/confluent-schema-registry#247).
    schema: (id) => fetches.get(id) ?? begin(id),
  }
}

/** The HTTP status that the client hangs on its error; it makes up 400 where no answer came. */
function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('status' in error)) return undefined
  return typeof error.status === 'number' ? error.status : undefined
}

function isRefusal(error: unknown): boolean {
  const isOtherLevel =
    error instanceof Error && error.name === 'ConfluentSchemaRegistryCompatibilityError'
  return isOtherLevel || [401, 403, 409, 422].includes(statusOf(error) ?? 0)
}

function translated(error: unknown, url: string, subject?: string): Chat4AllError {
  // The client puts its name before what the registry said.
  const why = (error instanceof Error ? error.message : String(error)).replace(/^chat4all - /, '')
  const status = statusOf(error)
  if (status === 401 || status === 403) {
    return new Chat4AllError('C4A_SETTING_INVALID', {
      what: `The schema registry at ${url} refuses us`,
      why: `it answered ${status}`,
      todo: 'See that its credentials are set and may write',
    })
  }
  if (isRefusal(error)) {
    return new Chat4AllError('C4A_SCHEMA_INCOMPATIBLE', {
      what: `The schema registry at ${url} refuses ${subject ? `the schema of '${subject}'` : 'a schema'}`,
      why,
      todo: 'Change the schema so that old and new programs read each other, or the subject',
    })
  }
  return new Chat4AllError('C4A_REGISTRY_UNREACHABLE', {
    what: `The schema registry at ${url} does not answer`,
    why,
    todo: 'See that it runs and can be reached; asking again may help',
  })
}
