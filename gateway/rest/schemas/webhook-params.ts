const id = { type: 'string', minLength: 1, maxLength: 64 } as const

/** Path parameters of an endpoint's routes, with those that a route has besides. */
export function webhookParams(...others: readonly string[]) {
  return {
    type: 'object',
    properties: Object.fromEntries(['webhookId', ...others].map((name) => [name, id])),
  } as const
}
