/** This machine lacks something that a service needs; the message says what, for what, and how to get it. */
export class Missing extends Error {
  override readonly name = 'Missing'
}
