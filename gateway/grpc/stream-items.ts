import type { Person } from '../in-app/person.ts'
import { type Hint, Watches } from '../in-app/watches.ts'
import type { GrpcParts } from './grpc-server.ts'
import { toProto } from './proto-values.ts'
import { streamEnded } from './stream-ended.ts'
import type { WireCall } from './wire/wire-call.ts'

interface Wanted {
  readonly after: string
  /** Conversations in which the person is seen, and hears of others. */
  readonly watch: readonly string[]
}

type Parts = Pick<GrpcParts, 'people' | 'hints' | 'itemJson' | 'tools' | 'settings'>

/** Writes one person's items, and hints of what they watch, until the call or the person's time is over; then resolves. */
export async function streamItems(
  { people, hints, itemJson, tools, settings }: Parts,
  call: WireCall,
  person: Person,
  { after, watch }: Wanted,
): Promise<void> {
  const { clock } = tools
  const watches = new Watches(person, { hints, clock }, tell)
  let cursor = after
  let isFull = false
  let refused: unknown
  const stream = people.open('grpc', person, after, {
    begin(place) {
      cursor = place
      call.sendHead()
      call.write({ cursor })
      void watchAll()
    },
    write(item, place) {
      cursor = place
      isFull = !call.write({ item: toProto(itemJson(item)), cursor })
      return !isFull
    },
    async drained() {
      await call.drained()
      isFull = false
    },
  })
  call.onCancel(stream.leave)
  const beat = () => {
    watches.beat()
    cancelBeat = clock.after(settings.limits.pingMs, beat)
  }
  let cancelBeat = watch.length > 0 ? clock.after(settings.limits.pingMs, beat) : () => {}
  const { why, error } = await stream.ended
  cancelBeat()
  watches.close()
  if (error !== undefined || refused !== undefined) throw error ?? refused
  if (why !== 'left' && why !== 'expired') throw streamEnded(why)

  function tell(hint: Hint): void {
    // A reader that is slow has no use for what is over.
    if (!isFull) call.write({ hint, cursor: stream.cursor() ?? cursor })
  }

  async function watchAll(): Promise<void> {
    try {
      for (const conversationId of watch) await watches.watch(conversationId)
    } catch (error) {
      refused = error
      stream.leave()
    }
  }
}
