import type { WireRequest } from '../wire/kafka-node.ts'
import { wireRequest } from '../wire/wire-request.ts'

export interface TopicConfig {
  readonly topic: string
  readonly entries: Readonly<Record<string, string>>
}

export interface Refusal {
  readonly topic: string
  readonly code: number
  readonly message: string
}

/** The number that stands for a topic among what has settings. */
export const topicResource = 2
const set = 0

/**
 * IncrementalAlterConfigs, version 0: sets what is named and leaves the rest. kafkajs knows only AlterConfigs,
 * which puts everything that is not named back to its default.
 */
export function alterConfigsRequest(
  configs: readonly TopicConfig[],
): WireRequest<readonly Refusal[]> {
  return wireRequest(
    { key: 44, version: 0, name: 'IncrementalAlterConfigs' },
    10_000,
    (out) => {
      out.int32(configs.length)
      for (const { topic, entries } of configs) {
        out.int8(topicResource)
        out.string(topic)
        const named = Object.entries(entries)
        out.int32(named.length)
        for (const [name, value] of named) {
          out.string(name)
          out.int8(set)
          out.string(value)
        }
      }
      out.int8(0) // do it, not only check it
    },
    (answer) => {
      answer.int32() // throttle time
      return answer
        .array(() => {
          const code = answer.int16()
          const message = answer.string() ?? ''
          answer.int8()
          return { topic: answer.string() ?? '', code, message }
        })
        .filter(({ code }) => code !== 0)
    },
  )
}
