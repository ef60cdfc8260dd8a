/** A batch as it comes, its envelope checked: messages, or one template for many people. Their parts are checked one by one. */
export type BatchRequest =
  | { readonly messages: readonly unknown[] }
  | { readonly template: Fields; readonly recipients: readonly unknown[] }

type Fields = Readonly<Record<string, unknown>>

/** The messages of a batch, as they could have been sent one by one. What is amiss with one is found when it is looked at. */
export function batchMessages(request: BatchRequest): readonly unknown[] {
  if ('messages' in request) return request.messages
  const { template, recipients } = request
  return recipients.map((recipient) => {
    // Content of its own would be lost in silence: as it is it is refused for the parameters.
    if (!isFields(recipient) || 'content' in recipient) return recipient
    const { parameters = template['parameters'], ...fields } = recipient
    return { ...fields, content: contentOf(template, parameters) }
  })
}

function contentOf(template: Fields, parameters: unknown): Fields {
  const content = { ...template, type: 'template', ...(parameters !== undefined && { parameters }) }
  const { text } = template
  if (typeof text !== 'string' || !Array.isArray(parameters)) return content
  return { ...content, text: filled(text, parameters.filter(isFields)) }
}

/** `{{1}}` is the first parameter of the body, `{{name}}` the one of that name; a gap without one stays. */
function filled(text: string, parameters: readonly Fields[]): string {
  const ofBody = parameters.filter(({ part }) => part === 'body')
  return text.replace(/\{\{\s*(\w+)\s*\}\}/g, (gap, name: string) => {
    const found = ofBody.find((each) => each['name'] === name) ?? ofBody[Number(name) - 1]
    return found === undefined ? gap : String(found['value'])
  })
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
