import { fieldsOf, idOf, textOf } from '../loose-json.ts'

/** A User of the Bot API as who wrote; undefined where there is none. */
export function personOf(
  user: unknown,
): { readonly address: string; readonly displayName?: string } | undefined {
  const fields = fieldsOf<'id' | 'first_name' | 'last_name' | 'username'>(user)
  const address = idOf(fields.id)
  if (address === undefined) return undefined
  const names = [textOf(fields.first_name), textOf(fields.last_name)].filter((name) => name)
  const displayName = names.length > 0 ? names.join(' ') : textOf(fields.username)
  return { address, ...(displayName !== undefined && { displayName }) }
}
