import type { ProducerLink } from './producer-link.ts'

/** A producer as the brokers know it: with it and a number per batch they recognise a repetition. */
export interface Identity {
  readonly producerId: bigint
  readonly producerEpoch: number
}

/** Asks for a new one. A partition begins at number 0 with it. */
export async function newIdentity(link: ProducerLink): Promise<Identity> {
  const node = await link.anyNode()
  try {
    const answer = await node.initProducerId({ transactionTimeout: 60_000 })
    return { producerId: BigInt(answer.producerId), producerEpoch: answer.producerEpoch }
  } catch (error) {
    link.failed(node, error)
    throw error
  }
}
