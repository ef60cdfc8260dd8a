import { createHash, createHmac } from 'node:crypto'

export interface S3Account {
  readonly url: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

const region = 'us-east-1'

/** A request without a body, signed as AWS Signature Version 4 asks (its steps have AWS's own names here). */
export function s3Request(
  { url, accessKeyId, secretAccessKey }: S3Account,
  method: 'GET' | 'PUT',
  path: string,
  signal: AbortSignal,
): Promise<Response> {
  const time = new Date().toISOString().replaceAll(/[:-]|\.\d+/g, '')
  const payloadHash = sha256('')
  const headers = {
    host: new URL(url).host,
    'x-amz-content-sha256': payloadHash,
    'x-amz-date': time,
  }
  const names = Object.keys(headers).join(';')
  const canonicalHeaders = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`)
  const canonicalRequest = [method, path, '', canonicalHeaders.join(''), names, payloadHash]
  const scope = [time.slice(0, 8), region, 's3', 'aws4_request']
  const toSign = [
    'AWS4-HMAC-SHA256',
    time,
    scope.join('/'),
    sha256(canonicalRequest.join('\n')),
  ].join('\n')
  const signingKey = scope.reduce<Buffer>(hmac, Buffer.from(`AWS4${secretAccessKey}`))
  const signature = hmac(signingKey, toSign).toString('hex')
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope.join('/')}, SignedHeaders=${names}, Signature=${signature}`
  return fetch(`${url}${path}`, { method, headers: { ...headers, authorization }, signal })
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const hmac = (key: Buffer, text: string) => createHmac('sha256', key).update(text).digest()
