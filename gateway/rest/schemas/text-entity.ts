import { entityTypes } from '../../../domain/text-entity.ts'

/** Formatting of a text, in a request as in an answer. */
export const textEntitySchema = {
  $id: 'TextEntity',
  description:
    'A run of the text that is shown in a way of its own; the text itself holds no markup. Counted in UTF-16 units, as JavaScript does.',
  type: 'object',
  required: ['type', 'offset', 'length'],
  additionalProperties: false,
  properties: {
    type: { type: 'string', enum: entityTypes },
    offset: { type: 'integer', minimum: 0 },
    length: { type: 'integer', minimum: 1 },
    url: {
      type: 'string',
      maxLength: 2048,
      pattern: '^https?://[^\\s]+$',
      description: 'link: where it leads.',
    },
  },
} as const
