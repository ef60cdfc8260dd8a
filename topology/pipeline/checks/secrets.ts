import { type Template, templateOf } from '../environment.ts'
import type { FaultLog } from '../fault-log.ts'
import type { Check } from '../plan.ts'
import type { Item } from '../read.ts'

/** The one secret that may stand in a file: as a default, for the simulator that is built in. */
const simulator = 'simulator'

/**
 * A secret is one environment reference, without a default of its own. No fault of this rule repeats
 * what is written there.
 */
export const checkSecrets: Check = (plan, log) => {
  for (const [name, { value: channel }] of plan.written.channels?.value ?? []) {
    const simulated = channel.baseUrl?.value === simulator
    const check = (item: Item<string> | undefined, ...path: readonly string[]) => {
      if (item) checkSecret(item, variableOf([name, ...path]), simulated, log)
    }
    for (const { value: account } of channel.accounts?.value.values() ?? []) {
      for (const [key, item] of account.secrets?.value ?? []) check(item, key)
      for (const [key, item] of account.options?.value ?? [])
        if (soundsSecret(key)) check(item, key)
    }
    for (const { value: endpoint } of channel.endpoints?.value.values() ?? []) {
      for (const item of endpoint.secrets?.value ?? []) check(item, 'webhook', 'secret')
      check(endpoint.verifyToken, 'verify', 'token')
    }
  }
  for (const { id, written } of plan.stages.values())
    for (const entry of written.value.with?.value.entries ?? []) {
      const { value, key, usedAt } = entry
      if (!soundsSecret(key) || value.kind !== 'scalar' || typeof value.value !== 'string') continue
      checkSecret(
        { node: value, span: value.span, usedAt, value: value.value },
        variableOf([id, key]),
        false,
        log,
      )
    }
}

export const soundsSecret = (key: string): boolean =>
  /secret|token|password|passphrase|credential|api-?key|private-?key/i.test(key)

const variableOf = (path: readonly string[]) =>
  `C4A_${path.join('_')}`.replaceAll(/[^A-Za-z0-9]+/g, '_').toUpperCase()

function checkSecret(
  item: Pick<Item<string>, 'node' | 'span' | 'usedAt' | 'value'>,
  variable: string,
  simulated: boolean,
  log: FaultLog,
): void {
  const template = templateOf(textOf(item))
  if (template.malformed !== null) return
  const [part] = template.parts
  const name = typeof part === 'object' ? part.name : variable
  const edits = [{ ...item.span, text: `"\${${name}}"` }]
  if (hasPlainText(template))
    log.add('C4A1601', {
      at: item,
      message: 'A secret stands here in plain text',
      fix: `Write "\${${name}}" and set ${name} in the environment. Replace the secret itself: it has been seen.`,
      edits,
    })
  else if (item.value === simulator && !simulated)
    log.add('C4A1602', {
      at: item,
      message: "The secret is 'simulator', and the channel's baseUrl is not the simulator",
      fix: `Write "\${${name}}" and set ${name} in the environment.`,
      edits,
    })
}

const textOf = ({ node }: Pick<Item<string>, 'node'>) =>
  node.kind !== 'scalar' ? '' : typeof node.value === 'string' ? node.value : node.text

export const hasPlainText = ({ parts }: Template): boolean =>
  parts.some((part) =>
    typeof part === 'string'
      ? true
      : part.fallback !== null && part.fallback !== '' && part.fallback !== simulator,
  )
