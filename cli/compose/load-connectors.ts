import type { ConnectorFactory } from '../../connectors/contract.ts'
import { guarded } from '../../connectors/guarded.ts'
import { connectorFactories } from '../../connectors/index.ts'
import { Chat4AllError } from '../../topology/contract/errors.ts'
import type { Channel, Pipeline } from '../../topology/pipeline/model.ts'
import { connectorModule } from './connector-module.ts'

/**
 * The hub's own connectors, and those that channels of the file name: packages that export `connector`, a
 * `ConnectorFactory`. Throws C4A_PIPELINE_INVALID for one that is not there or is none.
 */
export async function loadConnectors(
  { channels }: Pick<Pipeline, 'channels'>,
  pipelineFile: string,
): Promise<Readonly<Record<string, ConnectorFactory>>> {
  const named = Object.values(channels).flatMap(({ name, connector }) =>
    connector === null ? [] : [{ name, connector }],
  )
  const loaded = await Promise.all(
    named.map(async (channel) => [channel.name, await load(channel, pipelineFile)] as const),
  )
  return { ...connectorFactories, ...Object.fromEntries(loaded) }
}

async function load(
  { name, connector }: { readonly [Key in 'name' | 'connector']: NonNullable<Channel[Key]> },
  pipelineFile: string,
): Promise<ConnectorFactory> {
  const url = connectorModule(connector, pipelineFile)
  if (url === undefined) {
    throw invalid(name, connector, 'it is not installed', 'Install it beside pipeline.yaml')
  }
  let module: object
  try {
    module = await import(url)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw invalid(name, connector, `it cannot be loaded: ${why}`, 'Mend the package', cause)
  }
  const factory: unknown = 'connector' in module ? module.connector : undefined
  if (!isFactory(factory)) {
    const todo = 'Export a ConnectorFactory under that name (docs/recipes/add-a-connector.md)'
    throw invalid(name, connector, 'it exports no function `connector`', todo)
  }
  return guarded(factory)
}

/** What it makes cannot be known before it is asked; the shared suite is there for that. */
const isFactory = (value: unknown): value is ConnectorFactory => typeof value === 'function'

function invalid(
  channel: string,
  connector: string,
  why: string,
  todo: string,
  cause?: unknown,
): Chat4AllError {
  const what = `The connector '${connector}' of channel '${channel}'`
  return new Chat4AllError('C4A_PIPELINE_INVALID', { what, why, todo }, { cause })
}
