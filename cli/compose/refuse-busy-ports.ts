import { createServer } from 'node:net'
import { portTrouble } from '../../topology/contract/port-trouble.ts'
import { settingTable } from '../settings.ts'
import type { HubPlan } from './hub.ts'
import { simulatedChannels } from './simulator-accounts.ts'

/**
 * Tries every port before anything is opened, so that a start which cannot be ends at once and not after
 * the tables have come up. Who listens later is still told by its own error. Throws C4A_PORT_BUSY, and
 * C4A_SETTING_INVALID for a host that is not this machine's.
 */
export async function refuseBusyPorts({
  settings,
  cluster,
  pipeline,
  gateway,
}: Pick<HubPlan, 'settings' | 'cluster' | 'pipeline' | 'gateway'>): Promise<void> {
  const { host, simulatorUrl } = settings
  const hasSimulator = simulatorUrl === '' && simulatedChannels(pipeline).length > 0
  await mustBeFree(host, settings.httpPort, settingTable.httpPort.name)
  if (gateway) await mustBeFree(host, settings.grpcPort, settingTable.grpcPort.name)
  if (!cluster) {
    await mustBeFree('127.0.0.1', settings.registryPort, settingTable.registryPort.name)
  }
  if (hasSimulator) {
    await mustBeFree('127.0.0.1', settings.simulatorPort, settingTable.simulatorPort.name)
  }
}

function mustBeFree(host: string, port: number, setting: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (cause) => reject(portTrouble(cause, host, port, setting)))
    server.listen(port, host, () => server.close(() => resolve()))
  })
}
