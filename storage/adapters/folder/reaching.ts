import { Chat4AllError } from '../../../topology/contract/errors.ts'

/** Does the work; whatever the disk says against it may be cured by waiting. */
export async function reaching<Value>(folder: string, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Chat4AllError) throw error
    throw new Chat4AllError(
      'C4A_STORE_UNREACHABLE',
      {
        what: `The folder ${folder} does not answer`,
        why: error instanceof Error && 'code' in error ? String(error.code) : 'no reason given',
        todo: 'See that the disk has room and the folder may be written',
      },
      { cause: error },
    )
  }
}
