import { status } from './status.ts'
import type { Fields, WireCall } from './wire-call.ts'

/** Runs when the client has sent its one message and ended its side; any other number is refused. */
export function oneRequest(call: WireCall, run: (request: Fields) => void): void {
  let only: Fields | undefined
  call.read({
    message(request) {
      if (only !== undefined) call.end(notOne)
      only = request
    },
    halfClosed() {
      if (only === undefined) call.end(notOne)
      else run(only)
    },
  })
}

// The code for a wrong number: https://github.com/grpc/grpc/blob/master/doc/statuscodes.md
const notOne = { code: status.UNIMPLEMENTED, details: 'The method takes exactly one message' }
