import { pipelineDefinition } from './definitions.ts'
import type { Definition, Field } from './field.ts'
import { settingsDefinition } from './settings.ts'
import type { StageTypeViews } from './stage-type-view.ts'

/** The reference part of docs/pipeline.md, in Markdown: a table for each object of the file and each stage type. */
export function referenceOf(stageTypes: StageTypeViews): string {
  const objects = objectsOf(pipelineDefinition, '').map(
    ({ path, definition }) =>
      `### ${path === '' ? 'The file' : `\`${path}\``}\n\n${definition.doc}\n\n${tableOf(definition)}`,
  )
  const types = Object.values(stageTypes).map((type) => {
    const ports = `Shape: ${type.shape}. Reads ${portsOf(type.in)}. Writes ${portsOf(type.out)}.`
    const settings = Object.keys(type.options).length > 0 ? tableOf(settingsDefinition(type)) : ''
    return `### \`use: ${type.name}\`\n\n${ports}\n${settings && `\n${settings}`}`
  })
  return [...objects, '## Stage types\n', ...types].join('\n')
}

interface Place {
  readonly path: string
  readonly definition: Definition
}

/** Defaults have the same fields as what they are defaults of: they are not listed again. */
function objectsOf(definition: Definition, path: string): readonly Place[] {
  const inner = Object.entries(definition.fields).flatMap(([name, field]): readonly Place[] => {
    if (name === 'defaults') return []
    const at = path === '' ? name : `${path}.${name}`
    if (name === 'profiles' && field.is === 'object') return [{ path: at, definition: field.of }]
    const one = `${at}.<${name.replace(/s$/, '')}>`
    if (field.is === 'object') return objectsOf(field.of, at)
    return field.is === 'map' && field.of.is === 'object' ? objectsOf(field.of.of, one) : []
  })
  return [{ path, definition }, ...inner]
}

function tableOf({ fields }: Definition): string {
  const rows = Object.entries(fields).map(
    ([name, field]) =>
      `| \`${name}\` | ${kindOf(field)} | ${defaultOf(field)} | ${cell(docOf(field))} |`,
  )
  return ['| key | value | default | what it says |', '|---|---|---|---|', ...rows, ''].join('\n')
}

const docOf = ({ doc, examples }: Field) =>
  examples ? `${doc} E.g. ${examples.map((example) => `\`${example}\``).join(', ')}` : doc

const defaultOf = (field: Field) =>
  field.required
    ? '**required**'
    : field.default === undefined || field.default === ''
      ? ''
      : `\`${field.default}\``

function kindOf(field: Field): string {
  switch (field.is) {
    case 'text':
      if (field.oneOf) return field.oneOf.map((word) => `\`${word}\``).join(', ')
      return field.secret
        ? 'environment reference'
        : field.names === 'key'
          ? 'text'
          : (field.names ?? 'text')
    case 'integer':
      return 'whole number'
    case 'boolean':
      return '`true`, `false`'
    case 'duration':
      return 'duration, `15m`'
    case 'size':
      return 'size, `32MiB`'
    case 'range':
      return 'range, `500ms..1m`'
    case 'map':
      return 'map by name'
    case 'list':
      return `list: ${kindOf(field.of)}`
    case 'inputs':
      return 'topics by port'
    case 'outputs':
      return 'topic by port'
    case 'settings':
      return 'map, see the stage type'
    default:
      return field.is
  }
}

function portsOf(ports: Readonly<Record<string, string>>): string {
  const shown = Object.entries(ports).map(([port, type]) =>
    port === '*' ? `${type} on ports that the file names` : `\`${port}\` (${type})`,
  )
  return shown.length > 0 ? shown.join(', ') : 'nothing'
}

const cell = (text: string) => text.replaceAll('|', '\\|')
