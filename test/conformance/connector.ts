import assert from 'node:assert/strict'
import { connectorFactories } from '../../connectors/index.ts'
import { type ConnectorSubject, connectorSuite } from './connector-suite.ts'

export type { ConnectorSubject } from './connector-suite.ts'

/** The suite for a channel of our own; its name is the one in connectors/index.ts. */
export function connectorConformance(subject: ConnectorSubject): void {
  const { channel } = subject
  const create = connectorFactories[channel]
  assert.ok(create, `connectors/index.ts has no ${channel}`)
  const fixtures = new URL(`../fixtures/${channel}/`, import.meta.url)
  connectorSuite({ ...subject, create, fixtures })
}
