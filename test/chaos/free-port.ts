import { createServer } from 'node:net'
import type { Random } from '../random.ts'

/**
 * A port that is free now, below those that systems hand out by themselves: while the hub is dead, nobody
 * else should get its port by chance.
 */
export async function freePort(random: Random): Promise<number> {
  for (let tries = 0; tries < 50; tries++) {
    const port = 20_000 + random.below(10_000)
    if (await isFree(port)) return port
  }
  throw new Error('no port from 20000 to 29999 is free')
}

const isFree = (port: number) =>
  new Promise<boolean>((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
