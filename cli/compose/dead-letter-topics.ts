import type { DeadLetterTopics } from '../../gateway/tools.ts'
import { derivedNames, type Pipeline } from '../../topology/pipeline/model.ts'

type AvroName = NonNullable<ReturnType<DeadLetterTopics['typeOf']>>

/** Where a pipeline's stages leave what no attempt can help. */
export function deadLetterTopics({ stages, topics }: Pipeline): DeadLetterTopics {
  const ids = Object.keys(stages)
  return {
    topics: new Map(ids.map((id) => [id, derivedNames.deadLetters(id)])),
    // The check has matched the name with schemas/avro.
    typeOf: (topic) =>
      Object.hasOwn(topics, topic) ? (topics[topic]?.value as AvroName) : undefined,
  }
}
