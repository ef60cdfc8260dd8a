import { pipelineDefinition } from './definitions.ts'
import type { Definition, Field } from './field.ts'
import { recordSchemas } from './record-schemas.ts'
import { settingsDefinition } from './settings.ts'
import type { StageTypeView, StageTypeViews } from './stage-type-view.ts'

export type JsonSchema = Readonly<Record<string, unknown>>

/** JSON Schema (2020-12) of pipeline.yaml for editors: completion, hover and first checks. */
export function jsonSchemaOf(stageTypes: StageTypeViews): JsonSchema {
  const types = Object.values(stageTypes)
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'pipeline.yaml of Chat4All',
    ...objectSchema(pipelineDefinition, types),
  }
}

/** A value of any kind may come from the environment as a whole. */
const reference = '\\$\\{[^}]*\\}'
const orReference = (form: string) => `^(?:${form})$|${reference}`

function objectSchema(definition: Definition, types: readonly StageTypeView[]): JsonSchema {
  const fields = Object.entries(definition.fields)
  const required = fields.filter(([, { required }]) => required).map(([name]) => name)
  return {
    type: 'object',
    description: definition.doc,
    // `<<` is the merge key of YAML; editors check it before they follow it, so nothing is required beside it.
    properties: {
      ...Object.fromEntries(fields.map(([name, field]) => [name, fieldSchema(field, types)])),
      '<<': true,
    },
    additionalProperties: false,
    ...(required.length > 0 && { anyOf: [{ required }, { required: ['<<'] }] }),
    ...(definition.name === 'stage' && { allOf: types.map((type) => settingsRule(type)) }),
  }
}

/** With `use: x` the keys of `with` are those of x. */
const settingsRule = (type: StageTypeView): JsonSchema => ({
  if: { properties: { use: { const: type.name } }, required: ['use'] },
  // biome-ignore lint/suspicious/noThenProperty: JSON Schema's own word; nothing awaits a schema
  then: { properties: { with: objectSchema(settingsDefinition(type), []) } },
})

function fieldSchema(field: Field, types: readonly StageTypeView[]): JsonSchema {
  const notes = {
    description: field.doc,
    ...(field.default !== undefined && { default: field.default }),
    ...(field.examples && { examples: field.examples }),
  }
  return { ...notes, ...kindSchema(field, types) }
}

function kindSchema(field: Field, types: readonly StageTypeView[]): JsonSchema {
  switch (field.is) {
    case 'text':
      return textSchema(field, types)
    case 'integer': {
      const range = {
        minimum: field.min,
        ...(field.max !== undefined && { maximum: field.max }),
      }
      return { type: ['integer', 'string'], ...range, pattern: reference }
    }
    case 'number':
      return { type: ['number', 'string'], pattern: reference }
    case 'boolean':
      return { type: ['boolean', 'string'], pattern: reference }
    case 'duration':
      return { type: 'string', pattern: orReference('\\d+(?:ms|s|m|h|d)') }
    case 'size':
      return { type: 'string', pattern: orReference('\\d+(?:B|KiB|MiB|GiB)') }
    case 'range':
      return {
        type: 'string',
        pattern: orReference('\\d+(?:ms|s|m|h|d)\\.\\.\\d+(?:ms|s|m|h|d)'),
      }
    case 'object':
      return objectSchema(field.of, types)
    case 'map':
      return { type: 'object', additionalProperties: fieldSchema(field.of, types) }
    case 'list':
      return { type: 'array', items: fieldSchema(field.of, types) }
    case 'inputs':
      return inputsSchema
    case 'outputs':
      return { type: 'object', additionalProperties: outputSchema }
    case 'settings':
      return { type: 'object' }
  }
}

function textSchema(field: Field & { is: 'text' }, types: readonly StageTypeView[]): JsonSchema {
  if (field.secret) return { type: 'string', pattern: `^${reference}$` }
  const words =
    field.names === 'record type'
      ? [...recordSchemas().keys()]
      : field.names === 'stage type'
        ? types.map(({ name }) => name)
        : field.oneOf
  return words ? { type: 'string', enum: words } : { type: ['string', 'number'] }
}

const topicName = { type: 'string', description: 'Name of a topic.' }
const edgeSchema = {
  type: 'object',
  description: 'An edge with its kind.',
  properties: {
    from: { ...topicName },
    edge: {
      type: 'string',
      enum: ['topic', 'inline'],
      default: 'topic',
      description:
        '`inline`: fused with the stage that writes the topic; `topic`: read from the log.',
    },
  },
  required: ['from'],
  additionalProperties: false,
}
const whenObject = {
  if: { type: 'object' },
  // biome-ignore lint/suspicious/noThenProperty: JSON Schema's own word; nothing awaits a schema
  then: edgeSchema,
}
const topicOrEdge = { type: ['string', 'object'], ...whenObject }
const portSchema = {
  type: ['string', 'array', 'object'],
  items: topicOrEdge,
  description: 'A topic, a list of topics, or `{ from: topic, edge: inline }`.',
  ...whenObject,
}
const inputsSchema = {
  type: ['string', 'array', 'object'],
  items: topicOrEdge,
  if: { type: 'object', required: ['from'] },
  // biome-ignore lint/suspicious/noThenProperty: JSON Schema's own word; nothing awaits a schema
  then: edgeSchema,
  else: { additionalProperties: portSchema },
}
const outputSchema = {
  type: ['string', 'object'],
  description: 'A topic, `{ to: topic, loop: { maxHops: 2 } }`, or `{ discard: reason }`.',
  properties: {
    to: { ...topicName },
    loop: {
      type: 'object',
      description: 'Declares that this output goes round.',
      properties: {
        maxHops: {
          type: 'integer',
          minimum: 1,
          description: 'How often a record may go round before it becomes a dead letter.',
        },
      },
      required: ['maxHops'],
      additionalProperties: false,
    },
    discard: { type: 'string', description: 'Why what comes here is dropped.' },
  },
  additionalProperties: false,
}
