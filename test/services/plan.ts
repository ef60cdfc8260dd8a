/** What was laid down for a service when it was brought up; it stands in the state file. */
export interface Plan {
  readonly service: string
  /** Where each program or library of it is. */
  readonly programs: Readonly<Record<string, string>>
  /** By server, then by purpose. All on 127.0.0.1. */
  readonly ports: Readonly<Record<string, Readonly<Record<string, number>>>>
  /** Holds one folder for each server, named after it. */
  readonly folder: string
  /** False while it is being brought up, and for good when the command that did so was killed. */
  readonly isWhole: boolean
}
