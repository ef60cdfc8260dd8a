import { roles } from '../../auth/roles.ts'
import { plainPattern } from './send-request.ts'

export const keyRequestSchema = {
  $id: 'KeyRequest',
  type: 'object',
  required: ['name', 'role'],
  additionalProperties: false,
  properties: {
    name: {
      type: 'string',
      minLength: 1,
      maxLength: 128,
      pattern: plainPattern,
      description: 'For people.',
    },
    role: { type: 'string', enum: roles },
    tenant: {
      type: 'string',
      minLength: 1,
      maxLength: 64,
      pattern: '^[a-z0-9][a-z0-9-]{0,63}$',
      description: 'Another tenant: with the bootstrap key only.',
    },
  },
} as const

const required = ['keyId', 'tenant', 'name', 'role', 'createdAt'] as const

const properties = {
  keyId: { type: 'string' },
  tenant: { type: 'string' },
  name: { type: 'string' },
  role: { type: 'string' },
  createdAt: { type: 'string', format: 'date-time' },
  revokedAt: { type: 'string', format: 'date-time' },
} as const

export const keySchema = {
  $id: 'Key',
  type: 'object',
  required,
  additionalProperties: false,
  properties,
} as const

export const createdKeySchema = {
  $id: 'CreatedKey',
  type: 'object',
  required: [...required, 'key'],
  additionalProperties: false,
  properties: {
    ...properties,
    key: { type: 'string', description: 'The key itself. It is shown this once.' },
  },
} as const
