import type { Exchange } from './exchange.ts'

export interface FormFile {
  readonly bytes: Uint8Array
  readonly mimeType: string
  readonly filename: string
}

export interface Form {
  readonly fields: ReadonlyMap<string, string>
  readonly files: ReadonlyMap<string, FormFile>
}

/** A multipart or urlencoded body; undefined when it is neither, or broken. */
export async function formOf({ headers, body }: Exchange): Promise<Form | undefined> {
  const type = headers['content-type'] ?? ''
  if (!/^(multipart\/form-data|application\/x-www-form-urlencoded)/i.test(type)) return undefined
  const fields = new Map<string, string>()
  const files = new Map<string, FormFile>()
  try {
    // Node's own parser, through the one class that reads a body of either kind.
    const form = await new Response(new Uint8Array(body), {
      headers: { 'content-type': type },
    }).formData()
    for (const [name, value] of form) {
      if (typeof value === 'string') fields.set(name, value)
      else {
        const bytes = new Uint8Array(await value.arrayBuffer())
        files.set(name, { bytes, mimeType: value.type, filename: value.name })
      }
    }
  } catch {
    return undefined
  }
  return { fields, files }
}
