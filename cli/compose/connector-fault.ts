import { connectorFactories } from '../../connectors/index.ts'
import { connectorModule } from './connector-module.ts'

/** For the checks of pipeline.yaml: why a channel of the file has no connector, if it has none. Loads nothing. */
export const connectorFault =
  (pipelineFile: string) =>
  (channel: string, connector: string | null): string | undefined => {
    if (connector !== null) {
      return connectorModule(connector, pipelineFile) === undefined
        ? `The package '${connector}' of channel '${channel}' is not installed`
        : undefined
    }
    if (Object.hasOwn(connectorFactories, channel)) return undefined
    const known = Object.keys(connectorFactories).join(', ')
    return `The hub has no connector of its own for '${channel}', only for ${known}`
  }
