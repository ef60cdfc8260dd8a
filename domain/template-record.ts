import type * as records from '../schemas/types.ts'
import type { TemplateContent, TemplateParameter } from './content.ts'
import { present } from './present.ts'

/** A template to and from its Avro record. */
export const templateRecord = {
  of: (content: TemplateContent): records.TemplateContent => ({
    name: content.name,
    language: content.language,
    parameters: (content.parameters ?? []).map((each) => ({
      part: each.part,
      kind: each.kind,
      value: each.value,
      name: each.name ?? null,
      index: each.index ?? null,
    })),
    text: content.text ?? null,
  }),

  content: ({ parameters, ...fields }: records.TemplateContent): TemplateContent => {
    // Only what passed the check of the request was ever written, so part and kind are among those known.
    const filled = parameters.map((each) => present(each) as TemplateParameter)
    return {
      type: 'template',
      ...present(fields),
      ...(filled.length > 0 && { parameters: filled }),
    }
  },
}
