import { randomUUID } from 'node:crypto'

export interface FilePart {
  readonly name: string
  readonly filename: string
  readonly mimeType: string
  readonly bytes: Uint8Array
}

/** A multipart/form-data body (RFC 7578): fields first, then one file. */
export function multipart(
  fields: Readonly<Record<string, string>>,
  file: FilePart,
): { readonly contentType: string; readonly body: Uint8Array } {
  const boundary = `c4a-${randomUUID()}`
  const head = Object.entries(fields)
    .map(([name, value]) => `${disposition(boundary, name)}\r\n\r\n${value}\r\n`)
    .join('')
  const fileHead =
    `${disposition(boundary, file.name)}; filename="${quoted(file.filename)}"\r\n` +
    `content-type: ${oneLine(file.mimeType)}\r\n\r\n`

  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    body: Buffer.concat([
      Buffer.from(head + fileHead),
      file.bytes,
      Buffer.from(`\r\n--${boundary}--\r\n`),
    ]),
  }
}

const disposition = (boundary: string, name: string) =>
  `--${boundary}\r\ncontent-disposition: form-data; name="${quoted(name)}"`

/** As browsers escape it; otherwise a client's file name could forge a part. */
const quoted = (text: string) =>
  text.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A')

const oneLine = (text: string) => text.replace(/[\r\n]/g, '')
