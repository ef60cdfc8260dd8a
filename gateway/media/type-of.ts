/** How many of the first bytes tell a file's type; a document in a zip names itself in the first entries. */
export const headBytes = 64 * 1024

const plainBytes = 'application/octet-stream'

/**
 * The type of a file whose first bytes are `head`. What the bytes say wins; what the sender says only chooses among types that look alike
 * (an old Word document and an old Excel sheet, sound and film in one container, all that is text).
 */
export async function typeOf(head: Uint8Array, declared: string): Promise<string> {
  const said = declared.split(';')[0]?.trim().toLowerCase() ?? ''
  // Loaded for the first file: it knows two hundred types.
  const { fileTypeFromBuffer } = await import('file-type')
  const found = await fileTypeFromBuffer(head)
  const seen = found?.mime.split(';')[0] ?? (isText(head) ? 'text/plain' : plainBytes)
  return looksLike[seen]?.test(said) ? said : seen
}

/** What a type that is seen may be besides. */
const looksLike: Readonly<Record<string, RegExp>> = {
  // file-type cannot tell texts from each other. XML that is none of the kinds it knows is text, too.
  'text/plain': /^text\/[\w.+-]+$|^application\/(?:json|xml|rtf|x-ndjson|javascript)$/,
  'application/xml': /^(?:text|application)\/xml$|^image\/svg\+xml$|^application\/xhtml\+xml$/,
  'application/x-cfb':
    /^application\/(?:msword|vnd\.ms-(?:excel|powerpoint|outlook)|vnd\.visio|vnd\.ms-project)$/,
  // The entry that names the kind may come late.
  'application/zip':
    /^application\/vnd\.(?:openxmlformats-officedocument|oasis\.opendocument)\.[\w.-]+$|^application\/epub\+zip$/,
  'video/mp4': /^(?:audio|video)\/(?:mp4|x-m4a|x-m4v|3gpp)$/,
  'video/webm': /^audio\/webm$/,
  'video/x-matroska': /^audio\/x-matroska$/,
  'audio/ogg': /^audio\/opus$/,
  'video/ogg': /^(?:audio|application)\/ogg$/,
  'application/ogg': /^(?:audio|video)\/ogg$/,
  'audio/x-m4a': /^audio\/(?:mp4|aac)$/,
}

/** UTF-8 without control characters but those that shape a text; a character may be cut in two at the end. */
function isText(head: Uint8Array): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a text does not hold.
  const control = /[\u0000-\u0008\u000e-\u001a\u001c-\u001f]/
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true })
    return head.length > 0 && !control.test(text)
  } catch {
    return false
  }
}
