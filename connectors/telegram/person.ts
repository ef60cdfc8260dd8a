import { fieldsOf, idOf, textOf } from '../loose-json.ts'

/** A User of the Bot API as who wrote; undefined where there is none. */
export function personOf(
  user: unknown,
): { readonly address: string; readonly displayName?: string } | undefined {
  const fields = fieldsOf<'id' | 'first_name' | 'last_name' | 'username'>(user)
  const address = idOf(fields.id)
  if (address === undefined) return undefined
  const displayName =
    nameOf(textOf(fields.first_name), textOf(fields.last_name)) ?? textOf(fields.username)
  return displayName === undefined ? { address } : { address, displayName }
}

function nameOf(first: string | undefined, last: string | undefined): string | undefined {
  return first === undefined || last === undefined ? (first ?? last) : `${first} ${last}`
}
