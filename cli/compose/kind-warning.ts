import type { Capabilities, ConnectorFactory } from '../../connectors/contract.ts'
import { connectorFactories } from '../../connectors/index.ts'
import { sampleContents } from '../../connectors/sample-contents.ts'
import type { Content } from '../../domain/content.ts'
import { showOn } from '../../domain/showing/show-on.ts'
import { Chat4AllError } from '../../topology/contract/errors.ts'
import type { LoadOptions } from '../../topology/pipeline/load-options.ts'
import type { Channel } from '../../topology/pipeline/model.ts'

/**
 * For the checks of pipeline.yaml: which channels of a `route` do not show a kind of its `kinds` as it is. Asks what sending asks,
 * about a short, common message of the kind. Connectors of packages are asked where they are among those `loaded`: by itself a
 * check loads nothing.
 */
export const kindWarning =
  (loaded: Factories = {}): NonNullable<LoadOptions['settingWarning']> =>
  ({ use, outputs }, option, kind, channels) => {
    if (use !== 'route' || option !== 'kinds') return undefined
    const samples: Readonly<Record<string, Content>> = sampleContents
    const sample = samples[kind]
    if (!sample) return undefined
    const elsewise = Object.keys(outputs).flatMap((port) => {
      const how = howOn(channels[port], sample, loaded)
      return how === undefined ? [] : [`${port} (${how})`]
    })
    if (elsewise.length === 0) return undefined
    return {
      message: `Not every channel shows '${kind}' as it is: ${elsewise.join(', ')}`,
      fix: `See with \`chat4all preview\` what people get, and take '${kind}' out of \`kinds\` where that is well.`,
    }
  }

type Factories = Readonly<Record<string, ConnectorFactory>>

/** Undefined where the channel shows it as it is, or where that is not known. */
function howOn(
  channel: Channel | undefined,
  sample: Content,
  loaded: Factories,
): string | undefined {
  if (!channel) return undefined
  const { name, connector } = channel
  const create = connector === null ? connectorFactories[name] : loaded[name]
  if (!create) return undefined
  const capabilities = capabilitiesOf(create, channel)
  const shown = showOn(sample, capabilities, { hasTarget: true })
  if (shown.kind === 'rejected') return 'not at all'
  return shown.rules.length === 0 ? undefined : shown.rules.join(', ')
}

function capabilitiesOf(create: ConnectorFactory, { name, limits }: Channel): Capabilities {
  try {
    return create({
      // Capabilities are data: nothing is called for them.
      http: () => Promise.reject(new Error('a check sends nothing')),
      blob: async () => undefined,
      limits,
    }).capabilities
  } catch (cause) {
    const why = `it cannot be made: ${cause instanceof Error ? cause.message : String(cause)}`
    const todo = 'Mend its package, with the suite of @chat4all/connector'
    const what = `The connector of channel '${name}'`
    throw new Chat4AllError('C4A_PIPELINE_INVALID', { what, why, todo }, { cause })
  }
}
