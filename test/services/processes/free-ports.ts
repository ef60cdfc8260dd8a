import { freePort } from '../../chaos/free-port.ts'
import { seededRandom } from '../../random.ts'

/** As many ports that are free now; none of those already given away, whose servers may not listen yet. */
export async function freePorts(count: number, taken: readonly number[] = []): Promise<number[]> {
  const random = seededRandom(Date.now() + process.pid)
  const found = new Set<number>()
  while (found.size < count) {
    const port = await freePort(random)
    if (!taken.includes(port)) found.add(port)
  }
  return [...found]
}
