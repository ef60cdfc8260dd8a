import { connect } from 'node:net'

/** Sends bytes to a port of this machine and answers what comes back, once it is whole. */
export function ask(
  port: number,
  request: Buffer,
  isWhole: (answer: Buffer) => boolean,
  signal: AbortSignal,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port })
    let answer: Buffer = Buffer.alloc(0)
    const end = (error: unknown) => {
      signal.removeEventListener('abort', onAbort)
      socket.destroy()
      if (error === undefined) resolve(answer)
      else reject(error)
    }
    const onAbort = () => end(signal.reason)
    signal.addEventListener('abort', onAbort)
    socket.on('error', end)
    socket.on('close', () => end(new Error(`port ${port} closed before it had answered`)))
    socket.on('connect', () => socket.write(request))
    socket.on('data', (chunk) => {
      answer = Buffer.concat([answer, chunk])
      if (isWhole(answer)) end(undefined)
    })
    if (signal.aborted) onAbort()
  })
}
