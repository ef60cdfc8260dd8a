/**
 * A refusal in the registry's own protocol: an HTTP status and Confluent's error code, which clients
 * branch on. It never leaves this folder but as an answer's body.
 * https://docs.confluent.io/platform/current/schema-registry/develop/api.html
 */
export class RegistryFault extends Error {
  override readonly name = 'RegistryFault'
  readonly status: number
  readonly errorCode: number

  constructor(status: number, errorCode: number, message: string) {
    super(message)
    this.status = status
    this.errorCode = errorCode
  }
}

export const faults = {
  noSubject: (subject: string) => new RegistryFault(404, 40401, `Subject '${subject}' not found`),
  noVersion: (version: number | string) =>
    new RegistryFault(404, 40402, `Version ${version} not found`),
  noSchema: () => new RegistryFault(404, 40403, 'Schema not found'),
  subjectSoftDeleted: (subject: string) =>
    new RegistryFault(
      404,
      40404,
      `Subject '${subject}' was soft deleted: set permanent=true to delete it for good`,
    ),
  subjectNotSoftDeleted: (subject: string) =>
    new RegistryFault(404, 40405, `Subject '${subject}' must be soft deleted first`),
  versionSoftDeleted: (subject: string, version: number) =>
    new RegistryFault(
      404,
      40406,
      `Version ${version} of '${subject}' was soft deleted: set permanent=true to delete it for good`,
    ),
  versionNotSoftDeleted: (subject: string, version: number) =>
    new RegistryFault(404, 40407, `Version ${version} of '${subject}' must be soft deleted first`),
  noCompatibility: (subject: string) =>
    new RegistryFault(404, 40408, `Subject '${subject}' has no compatibility level of its own`),
  noMode: (subject: string) =>
    new RegistryFault(404, 40409, `Subject '${subject}' has no mode of its own`),
  incompatible: (message: string) => new RegistryFault(409, 409, message),
  badSchema: (why: string) => new RegistryFault(422, 42201, `Invalid schema: ${why}`),
  badVersion: (version: string) =>
    new RegistryFault(
      422,
      42202,
      `'${version}' is no version: give a number from 1 to 2^31-1, or latest`,
    ),
  badCompatibility: (levels: readonly string[]) =>
    new RegistryFault(422, 42203, `Invalid compatibility level: use one of ${levels.join(', ')}`),
  badMode: (modes: readonly string[]) =>
    new RegistryFault(422, 42204, `Invalid mode: use one of ${modes.join(', ')}`),
  notPermitted: (why: string) => new RegistryFault(422, 42205, why),
}
