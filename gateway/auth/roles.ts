export const roles = ['admin', 'operator', 'sender', 'reader'] as const
export type Role = (typeof roles)[number]

/** What an operation needs; docs/api.md shows the same table, and a test holds both equal. */
export const permissions = {
  'messages:send': ['admin', 'sender'],
  'messages:read': ['admin', 'operator', 'sender', 'reader'],
  'conversations:write': ['admin', 'sender'],
  'conversations:read': ['admin', 'operator', 'sender', 'reader'],
  'people:write': ['admin', 'sender'],
  'people:read': ['admin', 'operator', 'sender', 'reader'],
  'in-app:act': ['admin', 'sender'],
  'events:read': ['admin', 'operator', 'sender', 'reader'],
  'blobs:write': ['admin', 'sender'],
  'blobs:read': ['admin', 'operator', 'sender', 'reader'],
  'blobs:delete': ['admin', 'operator'],
  'metrics:read': ['admin', 'operator'],
  'dead-letters:read': ['admin', 'operator'],
  'keys:manage': ['admin'],
  'webhooks:manage': ['admin'],
  'webhooks:read': ['admin', 'operator'],
  'docs:read': ['admin', 'operator', 'sender', 'reader'],
} as const satisfies Record<string, readonly Role[]>

export type Permission = keyof typeof permissions

export function isRole(text: string): text is Role {
  return (roles as readonly string[]).includes(text)
}
