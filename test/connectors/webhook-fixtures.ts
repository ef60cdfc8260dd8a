import { readdirSync, readFileSync } from 'node:fs'
import type { Inbound } from '../../connectors/contract.ts'

/** A webhook as the platform documents it, and what it must become: a JSON file. */
export interface WebhookFixture {
  readonly name: string
  readonly about: string
  readonly body: Uint8Array
  readonly items: readonly {
    readonly account: string | null
    readonly chat: string
    readonly inbound: readonly Inbound[]
  }[]
}

/** When fixtures are received, milliseconds since 1970 UTC. */
export const receivedAtMs = 1_790_000_000_000

/** All of a folder, whose URL ends with a slash. */
export function webhookFixtures(folder: URL): readonly WebhookFixture[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => {
      // Whoever writes the connector writes them: their shape is checked by the comparison that they serve.
      const { about, body, items } = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as {
        about: string
        body: unknown
        items: WebhookFixture['items']
      }
      return { name: file, about, body: Buffer.from(JSON.stringify(body)), items }
    })
}
