import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import type { FanOut, FanOutListener } from '../../storage/ports/fan-out.ts'

/** One fan-out as its processes see it; closed when the test ends. */
export type OpenFanOut = (t: TestContext, processes: number) => Promise<readonly FanOut[]>

/** What every FanOut owes. `open` answers so many processes of a fan-out on which nobody else is. */
export function fanOutSuite(name: string, open: OpenFanOut): void {
  describe(`fan-out: ${name}`, () => {
    const one = async (t: TestContext): Promise<FanOut> => {
      const [fanOut] = await open(t, 1)
      return fanOut ?? assert.fail('no fan-out was opened')
    }

    test('tells all who listen to the key, in each process, and nobody else', async (t) => {
      const processes = await open(t, 3)
      const ears = processes.flatMap((fanOut) => [ear(fanOut, 'a'), ear(fanOut, 'a')])
      const others = processes.map((fanOut) => ear(fanOut, 'b'))
      await ready(...ears, ...others)
      for (const [at, fanOut] of processes.entries()) fanOut.publish('a', text(`from ${at}`))
      for (const fanOut of processes) fanOut.publish('b', text('end'))
      const expected = processes.map((_, at) => `from ${at}`)
      for (const each of ears) {
        assert.deepEqual(new Set(await each.take(processes.length)), new Set(expected))
      }
      for (const each of others) {
        assert.deepEqual(new Set(await each.take(processes.length)), new Set(['end']))
      }
    })

    test('tells what one process publishes under a key in its order', async (t) => {
      const [from, to] = await open(t, 2)
      const each = ear(to ?? (await one(t)), 'a')
      await each.ready
      const said = Array.from({ length: 500 }, (_, n) => String(n))
      for (const word of said) from?.publish('a', text(word))
      assert.deepEqual(await each.take(500), said)
    })

    test('tells nothing before publish has returned, and nobody twice', async (t) => {
      const fanOut = await one(t)
      const each = ear(fanOut, 'a')
      await each.ready
      fanOut.publish('a', text('x'))
      assert.deepEqual(each.heard, [])
      fanOut.publish('a', text('y'))
      assert.deepEqual(await each.take(2), ['x', 'y'])
    })

    test('tells any bytes, and none of what the caller does to them afterwards', async (t) => {
      const fanOut = await one(t)
      const heard: Uint8Array[] = []
      const { promise, resolve } = Promise.withResolvers<void>()
      const { ready } = fanOut.listen('a', {
        told: (bytes) => {
          heard.push(bytes.slice())
          if (heard.length === 2) resolve()
        },
        missed() {},
      })
      await ready
      const bytes = Uint8Array.from([0, 255, 13, 10, 128])
      fanOut.publish('a', bytes)
      bytes.fill(7)
      fanOut.publish('a', new Uint8Array())
      await promise
      assert.deepEqual(
        heard.map((each) => [...each]),
        [[0, 255, 13, 10, 128], []],
      )
    })

    test('keeps odd keys apart', async (t) => {
      const fanOut = await one(t)
      const keys = ['a', 'A', 'a ', 'a/b', '{a}', 'a*', 'é😀', '']
      const ears = keys.map((key) => ear(fanOut, key))
      await ready(...ears)
      for (const key of keys) fanOut.publish(key, text(`to ${key}`))
      for (const [at, each] of ears.entries()) {
        assert.deepEqual(await each.take(1), [`to ${keys[at]}`])
      }
    })

    test('tells nothing to who has left, and still tells the others', async (t) => {
      const fanOut = await one(t)
      const [gone, stays] = [ear(fanOut, 'a'), ear(fanOut, 'a')]
      await ready(gone, stays)
      gone.leave()
      fanOut.publish('a', text('x'))
      assert.deepEqual(await stays.take(1), ['x'])
      assert.deepEqual(gone.heard, [])
      stays.leave()
      stays.leave()
    })

    test('tells one who leaves while it is told nothing more', async (t) => {
      const fanOut = await one(t)
      const first = ear(fanOut, 'a', () => second.leave())
      const second = ear(fanOut, 'a')
      const last = ear(fanOut, 'a')
      await ready(first, second, last)
      fanOut.publish('a', text('x'))
      await last.take(1)
      assert.deepEqual(second.heard, [])
    })

    test('is listened to again after the last one has left', async (t) => {
      const fanOut = await one(t)
      for (let round = 0; round < 20; round++) {
        const each = ear(fanOut, 'a')
        if (round % 2) await each.ready
        each.leave()
      }
      const each = ear(fanOut, 'a')
      await each.ready
      fanOut.publish('a', text('x'))
      assert.deepEqual(await each.take(1), ['x'])
    })

    test('lets nobody wait forever who left before listening began', async (t) => {
      const each = ear(await one(t), 'a')
      each.leave()
      await each.ready
    })

    test('tells nobody anything once it is closed', async (t) => {
      const fanOut = await one(t)
      const each = ear(fanOut, 'a')
      await each.ready
      fanOut.publish('a', text('x'))
      await each.take(1)
      fanOut.close()
      fanOut.publish('a', text('y'))
      each.leave()
      await new Promise((resolve) => setImmediate(resolve))
      assert.deepEqual(each.heard, ['x'])
    })
  })
}

/** A listener that remembers what it was told. */
export interface Ear {
  readonly ready: Promise<void>
  readonly heard: readonly string[]
  /** How often it was told that it missed something. */
  missed(): number
  /** Resolves with the first so many. */
  take(many: number): Promise<readonly string[]>
  leave(): void
}

export function ear(fanOut: FanOut, key: string, then = () => {}): Ear {
  const heard: string[] = []
  let missed = 0
  let wake = () => {}
  const listener: FanOutListener = {
    told(bytes) {
      heard.push(Buffer.from(bytes).toString())
      wake()
      then()
    },
    missed() {
      missed += 1
    },
  }
  const { ready, leave } = fanOut.listen(key, listener)
  return {
    ready,
    leave,
    heard,
    missed: () => missed,
    async take(many) {
      while (heard.length < many) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      return heard.slice(0, many)
    },
  }
}

const ready = (...ears: readonly Ear[]) => Promise.all(ears.map((each) => each.ready))
const text = (said: string): Uint8Array => Buffer.from(said)
