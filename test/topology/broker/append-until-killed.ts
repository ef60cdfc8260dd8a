import { openDataFolder } from '../../../topology/adapters/file-log/data-folder.ts'
import { fileBroker } from '../../../topology/adapters/file-log/file-broker.ts'
import { systemClock } from '../../../topology/adapters/system-clock.ts'

// A process of its own for the tests: appends from twenty callers and says on its standard output what was acknowledged,
// one line `key number partition offset` each, until it is killed.

const data = await openDataFolder(process.argv[2] ?? '')
const broker = fileBroker(data, systemClock)
await broker.ensureTopics([{ name: 't', partitions: 4, cleanup: 'delete', retentionMs: 1e9 }])
process.stdout.write('open\n')

async function caller(key: string): Promise<void> {
  for (let i = 0; ; i += 2) {
    const of = (n: number) => ({
      topic: 't',
      key,
      value: Buffer.from(`${n}`),
      headers: { n: `${n}` },
    })
    const positions = await broker.append([of(i), of(i + 1)])
    positions.forEach(({ partition, offset }, n) => {
      process.stdout.write(`${key} ${i + n} ${partition} ${offset}\n`)
    })
  }
}

await Promise.all(Array.from({ length: 20 }, (_, i) => caller(`key-${i}`)))
