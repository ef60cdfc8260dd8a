import type { Connection } from '../wire/connection.ts'

/** A producer as the brokers know it: with it and a number per batch they recognise a repetition. */
export interface Identity {
  readonly producerId: bigint
  readonly producerEpoch: number
}

/** Asks for a new one. A partition begins at number 0 with it. */
export async function newIdentity(connection: Connection): Promise<Identity> {
  const node = await connection.anyNode()
  try {
    const answer = await node.initProducerId({ transactionTimeout: 60_000 })
    return { producerId: BigInt(answer.producerId), producerEpoch: answer.producerEpoch }
  } catch (error) {
    connection.failed(node, error)
    throw error
  }
}
