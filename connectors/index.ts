import type { ConnectorFactory } from './contract.ts'
import { guarded } from './guarded.ts'
import { inApp } from './in-app/connector.ts'
import { instagram } from './instagram/connector.ts'
import { messenger } from './messenger/connector.ts'
import { telegram } from './telegram/connector.ts'
import { whatsapp } from './whatsapp/connector.ts'

/** Every channel the hub can serve, by the name that pipeline.yaml uses. */
export const connectorFactories: Readonly<Record<string, ConnectorFactory>> = {
  whatsapp: guarded(whatsapp),
  messenger: guarded(messenger),
  instagram: guarded(instagram),
  telegram: guarded(telegram),
  'in-app': guarded(inApp),
}
