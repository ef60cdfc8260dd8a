import { parseDocument } from 'yaml'

/**
 * The shipped pipeline.yaml with its waits shortened, so that a run takes minutes: nothing else differs.
 * Each line is a path in the file and what stands there instead.
 */
const edits: readonly (readonly [path: readonly string[], value: string | number])[] = [
  // An answer that never comes is given up after 1.5 s instead of 30 s, and a dead owner's attempt after 2 s.
  ...['whatsapp', 'messenger', 'instagram', 'telegram'].flatMap((channel) => [
    [['channels', channel, 'limits', 'sendTimeoutMs'], 1500] as const,
    [['stages', `deliver.${channel}`, 'with', 'attemptTimeout'], '2s'] as const,
  ]),
  // The simulator echoes within a second, but a hub that was killed needs some to be there for it.
  [['stages', 'deliver.whatsapp', 'with', 'settle'], '8s'],
  [['stages', 'deliver.messenger', 'with', 'settle'], '8s'],
  // Shared by all four; a hold of 4 s lets lanes with an unknown attempt reach the park, too.
  [['stages', 'deliver.whatsapp', 'retry', 'backoff'], '100ms..2s'],
  [['stages', 'deliver.whatsapp', 'retry', 'holdFor'], '4s'],
  [['stages', 'deliver.whatsapp', 'park', 'backoff'], '500ms..4s'],
  // A receipt that overtook its message is looked at again soon.
  [['stages', 'status-update', 'with', 'askAgain'], '500ms'],
]

/** Throws when the shipped file no longer has what an edit changes. */
export function chaosPipeline(shipped: string): string {
  const document = parseDocument(shipped)
  for (const [path, value] of edits) {
    const [area = '', name = ''] = path
    if (!document.hasIn([area, name])) throw new Error(`pipeline.yaml has no ${area}.${name}`)
    document.setIn(path, value)
  }
  return document.toString({ lineWidth: 0 })
}
