/** One transform between three topics; nothing wrong. */
export const small = `version: 1
name: small
topics:
  a: { value: Message, key: conversation, source: gateway }
  b: { value: Message, key: conversation, sink: us }
  r: { value: Rejection, key: conversation, sink: us }
stages:
  validate:
    use: validate
    in: a
    out: { accepted: b, rejected: r }
`

/** A keyed effect with all its policies, and a channel; nothing wrong. */
export const effect = `version: 1
name: effect
topics:
  d: { value: Delivery, key: participant, partitions: 4, retention: 7d, source: gateway }
  e: { value: Delivery, key: participant, partitions: 4, source: gateway }
  receipts: { value: Receipt, key: participant, compat: FULL, sink: us }
stages:
  deliver:
    use: deliver
    with: { channel: whatsapp }
    in: { in: [d, e] }
    out: { receipts: receipts, aliases: { discard: nobody asks } }
    ordering: key
    concurrency: 8
    window: { records: 100, perGroup: 10 }
    retry: { backoff: 500ms..1m, holdFor: 2m, then: park }
    park: { backoff: 5s..5m, maxAge: 24h }
    scale: { min: 1, max: 4 }
channels:
  whatsapp:
    baseUrl: https://graph.example
    accounts:
      demo: { externalId: "1", secrets: { token: "\${TOKEN}" } }
    endpoints:
      meta: { account: demo, verifyToken: "\${VERIFY}", secrets: ["\${SECRET}"] }
`

/** Three lookups and transforms, of which the middle one is fused with the first; nothing wrong. */
export const fused = `version: 1
name: fused
topics:
  a: { value: Message, key: conversation, source: gateway }
  b: { value: Message, key: conversation }
  c: { value: Message, key: conversation, sink: us }
  r: { value: Rejection, key: conversation, sink: us }
stages:
  validate:
    use: validate
    in: a
    out: { accepted: b, rejected: r }
  dedup:
    use: dedup
    in: { from: b, edge: inline }
    out: { unique: c, rejected: r }
`

/** Two stages that go round by a declared loop; nothing wrong. */
export const round = `version: 1
name: round
topics:
  a: { value: Message, key: conversation, source: gateway }
  b: { value: Message, key: conversation }
  c: { value: EnrichedMessage, key: conversation, sink: us }
  f: { value: Conversation, key: conversation, sink: us }
  r: { value: Rejection, key: conversation, sink: us }
stages:
  validate:
    use: validate
    in: a
    out: { accepted: b, rejected: r }
  enrich:
    use: enrich
    in: b
    out:
      enriched: c
      received: { discard: not asked for }
      rejected: r
      discovered: f
      rekeyed: { to: a, loop: { maxHops: 2 } }
`
