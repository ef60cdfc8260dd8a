import { createHmac } from 'node:crypto'
import { connectorSuite, type SuiteSubject } from '@chat4all/connector/suite'
import { connector } from '../src/connector.ts'
import { errors } from '../src/outcome.ts'

type Script = SuiteSubject['serverError']

const account = {
  id: 'main',
  externalId: 'PADARIA',
  secrets: { token: 'torpedo+t0ken/123456' },
  apiVersion: '',
  options: {},
}

const fault = (status: number, code: string, message = 'no', headers = {}): Script => ({
  status,
  headers,
  body: { error: { code, message } },
})

const sign = (body: Uint8Array, secret: string) =>
  createHmac('sha256', secret).update(body).digest('hex')

connectorSuite({
  channel: 'sms',
  create: connector,
  fixtures: new URL('../../fixtures/', import.meta.url),
  account,
  address: '+5511999990001',
  taken: { script: { status: 201, body: { id: 'sms-1' } }, providerMessageId: 'sms-1' },
  uploaded: null,
  throttled: {
    hinted: fault(429, 'slow_down', 'no', { 'retry-after': '9' }),
    hintMs: 9_000,
    bare: fault(429, 'slow_down'),
  },
  refusal: (words) => fault(400, 'bad_text', words),
  serverError: fault(500, 'try_again'),
  errors: Object.entries(errors).map(([code, { kind, reason }]) => ({
    name: code,
    script: fault(400, code),
    kind,
    reason,
  })),
  sign: (body, secret) => ({ 'x-torpedo-signature': sign(body, secret) }),
  signShort: (body, secret) => ({ 'x-torpedo-signature': sign(body, secret).slice(0, -1) }),
  proofCoversBody: true,
  endpointAccount: null,
})
