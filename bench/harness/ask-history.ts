import type { History } from '../../storage/ports/history.ts'
import { type FilledHistory, filledIds } from './fill-history.ts'

/** Milliseconds of one kind of question, sorted. */
export interface AskedHistory {
  readonly name: string
  readonly ms: readonly number[]
}

/** Asks a filled history what clients and `status-update` ask of it, of places that nobody asked for just before. */
export async function askHistory(
  history: History,
  filled: FilledHistory,
  times: number,
  random: () => number = Math.random,
): Promise<readonly AskedHistory[]> {
  const { tenant, messages, conversations } = filled
  const anyConversation = () => filledIds.conversation(Math.floor(random() * conversations))
  const anyMessage = () => Math.floor(random() * messages)
  const questions: Readonly<Record<string, () => Promise<unknown>>> = {
    'a conversation, its newest 50': () =>
      history.messages(tenant, anyConversation(), { limit: 50 }),
    'a conversation, 20 from the middle of its time': async () => {
      const before = `${Date.now() - random() * 3 * 86_400_000}`.split('.')[0]
      return history.messages(tenant, anyConversation(), { limit: 20, before: `${before}/` })
    },
    'a message by its id': () => history.message(tenant, filledIds.message(anyMessage())),
    'when a person last wrote': () =>
      history.lastInbound(tenant, anyConversation(), filledIds.writer),
    'the deliveries of 500 young receipts': () =>
      history.resolve(
        Array.from({ length: 500 }, () => ({
          tenant,
          channel: 'whatsapp',
          account: 'main',
          providerMessageId: filledIds.provider(messages - 1 - Math.floor(random() * 50_000)),
          participantId: null,
          watermarkMs: null,
        })),
      ),
  }
  const asked: AskedHistory[] = []
  for (const [name, ask] of Object.entries(questions)) {
    const ms: number[] = []
    for (let n = 0; n < times; n++) {
      const startMs = performance.now()
      await ask()
      ms.push(performance.now() - startMs)
    }
    asked.push({ name, ms: ms.sort((a, b) => a - b) })
  }
  return asked
}
