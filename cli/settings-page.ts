import { clusterSettingTable } from './cluster-settings.ts'
import type { SettingTable } from './read-table.ts'
import { settingTable } from './settings.ts'

/** The generated part of docs/settings.md: the hub's own settings, the cluster's, and what pipeline.yaml takes from the environment. */
export function settingsPage(pipelineYaml: string): string {
  const { idSecret: _, ...cluster } = clusterSettingTable
  const taken = new Map<string, string>()
  for (const [, name = '', fallback] of pipelineYaml.matchAll(reference)) {
    taken.set(name, fallback === undefined ? 'none: it must be set' : `\`${fallback}\``)
  }
  return [
    rows(settingTable),
    '## The cluster profile\n',
    'With `--profile cluster` these beside. Every process of a cluster wants the same ones, and those that must be set',
    'and are missing are named all at once.\n',
    rows(cluster),
    '## The channels\n',
    'The shipped `pipeline.yaml` takes these from the environment; `simulator` stands for the simulated platform and',
    'its secrets.\n',
    table(
      ['setting', 'unless set'],
      [...taken].map(([name, fallback]) => [`\`${name}\``, fallback]),
    ),
  ].join('\n')
}

function rows(settings: SettingTable): string {
  const all = Object.values(settings).map(({ name, fallback, doc, secret, required }) => {
    const shown = fallback === '' ? 'unset' : `\`${fallback}\``
    const hidden = secret ? ' Secret: never shown or logged.' : ''
    return [`\`${name}\``, required ? 'must be set' : shown, `${doc}${hidden}`]
  })
  return table(['setting', 'unless set', 'what it is'], all)
}

const reference = /\$\{([A-Z][A-Z0-9_]*)(?::-([^}]*))?\}/g

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |\n`)
    .join('')
}
