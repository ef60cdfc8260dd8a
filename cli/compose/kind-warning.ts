import { connectorFactories } from '../../connectors/index.ts'
import { sampleContents } from '../../connectors/sample-contents.ts'
import type { Content } from '../../domain/content.ts'
import { showOn } from '../../domain/showing/show-on.ts'
import type { LoadOptions } from '../../topology/pipeline/load-options.ts'
import type { Channel } from '../../topology/pipeline/model.ts'

/**
 * For the checks of pipeline.yaml: which channels of a `route` do not show a kind of its `kinds` as it is. Asks what sending asks,
 * about a short, common message of the kind. Connectors of packages are not looked at: nothing is loaded for a check.
 */
export const kindWarning: NonNullable<LoadOptions['settingWarning']> = (
  { use, outputs },
  option,
  kind,
  channels,
) => {
  if (use !== 'route' || option !== 'kinds') return undefined
  const samples: Readonly<Record<string, Content>> = sampleContents
  const sample = samples[kind]
  if (!sample) return undefined
  const elsewise = Object.keys(outputs).flatMap((port) => {
    const how = howOn(channels[port], sample)
    return how === undefined ? [] : [`${port} (${how})`]
  })
  if (elsewise.length === 0) return undefined
  return {
    message: `Not every channel shows '${kind}' as it is: ${elsewise.join(', ')}`,
    fix: `See with \`chat4all preview\` what people get, and take '${kind}' out of \`kinds\` where that is well.`,
  }
}

/** Undefined where the channel shows it as it is, or where that is not known. */
function howOn(channel: Channel | undefined, sample: Content): string | undefined {
  if (!channel || channel.connector !== null) return undefined
  const create = connectorFactories[channel.name]
  if (!create) return undefined
  const { capabilities } = create({
    // Capabilities are data: nothing is called for them.
    http: () => Promise.reject(new Error('a check sends nothing')),
    blob: async () => undefined,
    limits: channel.limits,
  })
  const shown = showOn(sample, capabilities, { hasTarget: true })
  if (shown.kind === 'rejected') return 'not at all'
  return shown.rules.length === 0 ? undefined : shown.rules.join(', ')
}
