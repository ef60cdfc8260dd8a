import { settingTable } from './settings.ts'

/** The generated part of docs/settings.md: the hub's own settings, and what pipeline.yaml takes from the environment. */
export function settingsPage(pipelineYaml: string): string {
  const own = Object.values(settingTable).map((setting) => {
    const fallback = setting.fallback === '' ? 'unset' : `\`${setting.fallback}\``
    const secret = 'secret' in setting && setting.secret ? ' Secret: never shown or logged.' : ''
    return [`\`${setting.name}\``, fallback, `${setting.doc}${secret}`]
  })
  const taken = new Map<string, string>()
  for (const [, name = '', fallback] of pipelineYaml.matchAll(reference)) {
    taken.set(name, fallback === undefined ? 'none: it must be set' : `\`${fallback}\``)
  }
  return [
    table(['setting', 'unless set', 'what it is'], own),
    'The shipped `pipeline.yaml` takes these from the environment; `simulator` stands for the simulated platform and',
    'its secrets.\n',
    table(
      ['setting', 'unless set'],
      [...taken].map(([name, fallback]) => [`\`${name}\``, fallback]),
    ),
  ].join('\n')
}

const reference = /\$\{([A-Z][A-Z0-9_]*)(?::-([^}]*))?\}/g

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |\n`)
    .join('')
}
