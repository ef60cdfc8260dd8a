import { join } from 'node:path'
import { loadSync, type PackageDefinition, type ServiceDefinition } from '@grpc/proto-loader'

const root = join(import.meta.dirname, '..', '..', 'proto')
const names = ['messages', 'conversations', 'people', 'events', 'webhooks', 'blobs', 'in_app']
const files = names.map((name) => `chat4all/v1/${name}.proto`)

export interface Protos {
  readonly all: PackageDefinition
  readonly messages: ServiceDefinition
  readonly conversations: ServiceDefinition
  readonly people: ServiceDefinition
  readonly events: ServiceDefinition
  readonly webhooks: ServiceDefinition
  readonly blobs: ServiceDefinition
  readonly inApp: ServiceDefinition
}

/**
 * The API's protos. Decoded messages have the names of the REST JSON, and a field that was not sent is
 * absent, so that one check serves both. With `keepCase` they have the names of the files, for those who ask for
 * the description only.
 */
export function loadProtos({ keepCase = false } = {}): Protos {
  const all = loadSync([...files], {
    includeDirs: [root],
    keepCase,
    // Sizes in bytes are the only 64-bit values: 2^53 is eight petabytes.
    longs: Number,
    defaults: false,
    arrays: false,
    objects: false,
    oneofs: false,
  })
  const service = (name: string) => all[`chat4all.v1.${name}`] as ServiceDefinition
  return {
    all,
    messages: service('MessageService'),
    conversations: service('ConversationService'),
    people: service('PeopleService'),
    events: service('EventService'),
    webhooks: service('WebhookService'),
    blobs: service('BlobService'),
    inApp: service('InAppService'),
  }
}
