import { setTimeout as pause } from 'node:timers/promises'
import { isCode } from '../../../topology/contract/errors.ts'

/** Asks again for as long as no server is found that may answer. */
export async function untilAnswered<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      if (!isCode(error, 'C4A_STORE_UNREACHABLE')) throw error
      await pause(20)
    }
  }
}
