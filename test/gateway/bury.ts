import { engineHeaders } from '../../topology/contract/headers.ts'
import type { OpenGateway } from './open-gateway.ts'

export interface Letter {
  readonly key?: string
  readonly value?: Uint8Array | null
  readonly headers?: Readonly<Record<string, string>>
}

/** Dead letters of the stage `validate`, as the engine writes them. */
export async function bury({ tools }: OpenGateway, ...letters: readonly Letter[]) {
  await tools.broker.append(
    letters.map(({ key = 'default/c1', value = new Uint8Array([9, 9]), headers = {} }) => ({
      topic: 'validate.dlq',
      key,
      value,
      headers: {
        'c4a-tenant': 'default',
        [engineHeaders.origin]: 'messages.submitted/2/41',
        [engineHeaders.deadStage]: 'validate',
        [engineHeaders.deadCode]: 'C4A_STAGE_FAILED',
        [engineHeaders.deadReason]: 'it broke',
        [engineHeaders.deadAt]: '1800000000000',
        [engineHeaders.deadAttempts]: '3',
        ...headers,
      },
    })),
  )
}
