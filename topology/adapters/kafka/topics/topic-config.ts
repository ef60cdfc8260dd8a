import type { TopicSpec } from '../../../ports/broker.ts'
import type { KafkaSettings } from '../kafka-options.ts'
import { maxRecordBytes } from '../max-record-bytes.ts'

const minute = 60_000
const day = 86_400_000

/** A batch's head, a record's own, and the names of a few dozen headers. */
const roomForHeads = 64 * 1024

/**
 * What a topic is created with. Kafka forgets whole segments, and compacts none that is still written to: so they
 * are closed after a tenth of the retention, lest "kept for a week" be two.
 */
export function createdConfig(
  spec: TopicSpec,
  { minInSync, topicConfig }: KafkaSettings,
): Record<string, string> {
  const segmentMs =
    spec.cleanup === 'compact' ? day / 4 : clamp(spec.retentionMs / 10, minute, 7 * day)
  return {
    'min.insync.replicas': String(minInSync),
    // The same size as the embedded log takes.
    'max.message.bytes': String(maxRecordBytes + roomForHeads),
    'segment.ms': String(Math.round(segmentMs)),
    ...topicConfig,
    ...keptConfig(spec),
  }
}

/** What is brought up to date on a topic that exists; the rest belongs to those who run the cluster. */
export function keptConfig({ cleanup, retentionMs }: TopicSpec): Record<string, string> {
  return cleanup === 'compact'
    ? { 'cleanup.policy': 'compact' }
    : { 'cleanup.policy': 'delete', 'retention.ms': String(Math.round(retentionMs)) }
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most)
}
