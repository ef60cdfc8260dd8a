import type { StageTypeViews } from '../../topology/pipeline/stage-type-view.ts'

/** Stage types in the shapes that the shipped pipeline.yaml wires, so that these tests need no stage. */
export const stageTypes: StageTypeViews = {
  validate: {
    name: 'validate',
    shape: 'transform',
    in: { in: 'Message' },
    out: { accepted: 'Message', rejected: 'Rejection' },
    options: { kinds: { type: 'string[]', doc: 'A list of texts.' } },
  },
  dedup: {
    name: 'dedup',
    shape: 'lookup',
    in: { in: 'Message' },
    out: { unique: 'Message', rejected: 'Rejection' },
    options: {
      window: { type: 'duration', doc: 'How long an id is remembered.', default: '24h' },
      inboundWindow: { type: 'duration', doc: 'The same for inbound ids.', default: '7d' },
    },
  },
  enrich: {
    name: 'enrich',
    shape: 'lookup',
    in: { in: 'Message' },
    out: {
      enriched: 'EnrichedMessage',
      received: 'Message',
      rejected: 'Rejection',
      discovered: 'Conversation',
      rekeyed: 'Message',
    },
    options: {},
  },
  route: {
    name: 'route',
    shape: 'transform',
    in: { in: 'EnrichedMessage' },
    out: { '*': 'Delivery', rejected: 'Rejection' },
    options: {},
  },
  deliver: {
    name: 'deliver',
    shape: 'keyed-effect',
    in: { in: 'Delivery' },
    out: { receipts: 'Receipt', aliases: 'Alias' },
    options: {
      channel: { type: 'string', doc: 'The channel it sends on.', required: true },
      onUnknown: {
        type: 'string',
        doc: 'What follows an attempt whose end is unknown.',
        oneOf: ['resend', 'hold', 'fail'],
        default: 'resend',
      },
      settle: { type: 'duration', doc: 'How long an echo is waited for.' },
      expireAfter: { type: 'duration', doc: 'When a delivery is too old.', default: '24h' },
    },
  },
  normalize: {
    name: 'normalize',
    shape: 'transform',
    in: { items: 'InboundItem' },
    out: { messages: 'Message', receipts: 'Receipt', unsupported: 'Unsupported' },
    options: {},
  },
  'status-update': {
    name: 'status-update',
    shape: 'batch-effect',
    in: {
      submitted: 'Message',
      received: 'Message',
      rejected: 'Rejection',
      deliveries: 'Delivery',
      receipts: 'Receipt',
    },
    out: { events: 'Event', later: 'Receipt', orphaned: 'Receipt' },
    options: {
      orphanAfter: {
        type: 'duration',
        doc: 'How long an unknown id is waited for.',
        default: '5m',
      },
      askAgain: { type: 'duration', doc: 'How often it is asked again.', default: '2s' },
    },
  },
}
