import { Chat4AllError } from '../../topology/contract/errors.ts'
import type { NewRecord, Position } from '../../topology/contract/record.ts'
import type { Broker } from '../../topology/ports/broker.ts'

/** Appends; throws C4A_UNAVAILABLE when the log does not confirm. At least one position comes back. */
export async function appendOrFail(
  broker: Broker,
  records: readonly [NewRecord, ...NewRecord[]],
): Promise<readonly [Position, ...Position[]]> {
  try {
    return (await broker.append(records)) as readonly [Position, ...Position[]]
  } catch (cause) {
    throw new Chat4AllError(
      'C4A_UNAVAILABLE',
      {
        what: 'The change may not have been stored',
        why: 'the log did not confirm it',
        todo: 'Try again in a moment',
      },
      { cause },
    )
  }
}
