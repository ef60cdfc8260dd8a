import type { FetchLink } from '../../../topology/adapters/kafka/reading/fetch-link.ts'

type Node = Parameters<Parameters<FetchLink['ask']>[2]>[0]

export interface Script {
  readonly leader: FetchLink['leader']
  /** A fetch's answer; without it nobody may fetch. */
  readonly send?: (nodeId: string) => Promise<unknown>
  /** Without it nobody may ask for offsets. */
  readonly listOffsets?: Node['listOffsets']
}

/** Nodes that answer what a test says. */
export function scriptedLink({ leader, send, listOffsets }: Script): FetchLink {
  const notAsked = () => Promise.reject(new Error('is not asked for'))
  return {
    leader,
    refresh: async () => {},
    refreshIfOld() {},
    ask: (nodeId, _, question) =>
      question({
        nodeId,
        connectionPool: {
          host: 'scripted',
          port: 0,
          // What comes of it is the test's word, as a node's is the wire's.
          send: async <Answer>() => (await (send ?? notAsked)(nodeId)) as Answer,
        },
        listOffsets: listOffsets ?? notAsked,
      }),
  }
}
