import { createHmac } from 'node:crypto'

/** JSON as Meta writes it: everything beyond ASCII as \uXXXX. The signature is over exactly these bytes. */
export function metaBody(value: unknown): Buffer {
  const json = JSON.stringify(value)
  const plain = /[\u0080-\uffff]/.test(json)
    ? json.replace(
        /[\u0080-\uffff]/g,
        (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
      )
    : json
  return Buffer.from(plain, 'latin1')
}

/** The value of X-Hub-Signature-256. */
export function metaSignature(body: Uint8Array, appSecret: string): string {
  return `sha256=${createHmac('sha256', appSecret).update(body).digest('hex')}`
}
