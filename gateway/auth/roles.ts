export const roles = ['admin', 'operator', 'sender', 'agent', 'reader'] as const
export type Role = (typeof roles)[number]

/** What an operation needs; docs/api.md shows the same table, and a test holds both equal. */
export const permissions = {
  'messages:send': ['admin', 'sender', 'agent'],
  'messages:send-as-agent': ['agent'],
  'messages:read': ['admin', 'operator', 'sender', 'agent', 'reader'],
  'conversations:write': ['admin', 'sender', 'agent'],
  'conversations:read': ['admin', 'operator', 'sender', 'agent', 'reader'],
  'people:write': ['admin', 'sender', 'agent'],
  'people:read': ['admin', 'operator', 'sender', 'agent', 'reader'],
  'in-app:act': ['admin', 'sender', 'agent'],
  'events:read': ['admin', 'operator', 'sender', 'agent', 'reader'],
  'blobs:write': ['admin', 'sender', 'agent'],
  'blobs:read': ['admin', 'operator', 'sender', 'agent', 'reader'],
  'blobs:delete': ['admin', 'operator'],
  'metrics:read': ['admin', 'operator'],
  'dead-letters:read': ['admin', 'operator'],
  'keys:manage': ['admin'],
  'webhooks:manage': ['admin'],
  'webhooks:read': ['admin', 'operator'],
  'docs:read': ['admin', 'operator', 'sender', 'agent', 'reader'],
} as const satisfies Record<string, readonly Role[]>

export type Permission = keyof typeof permissions

export function isRole(text: string): text is Role {
  return (roles as readonly string[]).includes(text)
}
