import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type FaultScene, faultScene, type Shown } from './fault-scene.ts'

// What goes wrong on the platforms, one after the other, through a whole hub: nothing is lost, no status is wrong, and
// nothing is sent blindly a second time.

const isSent = ({ status }: Shown) => ['sent', 'delivered', 'read'].includes(status)
const isRead = ({ status }: Shown) => status === 'read'
const attempts = ({ deliveries: [only] }: Shown) => only?.attempts
const kinds = ({ deliveries: [only] }: Shown) => new Set(only?.history.map(({ kind }) => kind))

describe('faults of platforms', { timeout: 300_000 }, () => {
  let scene: FaultScene
  let nth = 0
  before(async () => {
    scene = await faultScene()
  })
  after(() => scene.close())

  /** A phone of its own for each case. */
  async function someone(channel: 'whatsapp' | 'telegram', fields?: object): Promise<string> {
    nth++
    const address = channel === 'whatsapp' ? `55119777700${10 + nth}` : `7000000${10 + nth}`
    await scene.phone(channel, address, fields)
    return address
  }

  describe('that come with receipts', () => {
    const cases = [
      ['duplicate-webhook', ['sent', 'delivered', 'read']],
      ['reordered-webhooks', ['sent', 'delivered', 'read']],
      ['read-without-delivered', ['sent', 'read']],
      ['bad-signature', ['sent', 'delivered', 'read']],
    ] as const
    for (const [fault, told] of cases) {
      test(`${fault}: the status ends at read, and each fact is kept once`, async () => {
        const address = await someone('whatsapp', { windows: 'open', looking: true })
        await scene.opens('whatsapp', address, `opens ${fault}`)
        await scene.script({ fault, channel: 'whatsapp', address })
        await scene.send(fault, 'whatsapp', address)
        const shown = await scene.shows(
          fault,
          (now) => isRead(now) && told.every((kind) => kinds(now).has(kind)),
        )
        assert.deepEqual(kinds(shown), new Set(told))
        assert.equal(shown.deliveries[0]?.possibleDuplicate, false)
        assert.deepEqual(await scene.arrived('whatsapp', address), [fault])
      })
    }

    test('a watermark in place of ids tells of all that was sent before it, and never backwards', async () => {
      const address = '7100000000770001'
      await scene.phone('messenger', address, { windows: 'open', looking: true })
      await scene.opens('messenger', address, 'opens watermark')
      await scene.script({
        ...{ fault: 'delivery-without-mids', channel: 'messenger', address, times: 3 },
      })
      const ids = ['mark-1', 'mark-2', 'mark-3']
      for (const id of ids) await scene.send(id, 'messenger', address)
      for (const id of ids) {
        const shown = await scene.shows(id, (now) => isRead(now) && kinds(now).has('delivered'))
        assert.deepEqual(kinds(shown), new Set(['sent', 'delivered', 'read']))
      }
      assert.deepEqual(await scene.arrived('messenger', address), ids)
      assert.match(JSON.stringify(await scene.stats()), /"delivery-without-mids":[1-9]/)
    })

    test('a forged webhook is never taken', async () => {
      const stats = JSON.stringify(await scene.stats())
      assert.match(stats, /"forged":[1-9]/)
      assert.doesNotMatch(stats, /"forgedAccepted":[1-9]/)
    })

    test('delivered and failed for one id: it reached the person, and the failure is a note', async () => {
      const address = await someone('whatsapp')
      await scene.opens('whatsapp', address, 'opens both')
      await scene.script({ fault: 'delivered-and-failed', channel: 'whatsapp', address })
      await scene.send('both', 'whatsapp', address)
      const shown = await scene.shows(
        'both',
        (now) => kinds(now).has('failed') && kinds(now).has('delivered'),
      )
      assert.ok(shown.status === 'delivered' || shown.status === 'read', shown.status)
    })
  })

  describe('that slow the hub down', () => {
    for (const fault of ['throttle-with-hint', 'throttle-without-hint'] as const) {
      test(`${fault}: it is held and goes out, in order, and never fails`, async () => {
        const address = await someone('telegram')
        await scene.script({ fault, channel: 'telegram', address, times: 2 })
        for (const part of ['1', '2', '3'])
          await scene.send(`${fault}-${part}`, 'telegram', address)
        const shown = await scene.shows(`${fault}-1`, isSent)
        assert.ok(!kinds(shown).has('failed'))
        await scene.shows(`${fault}-3`, isSent)
        const order = ['1', '2', '3'].map((part) => `${fault}-${part}`)
        assert.deepEqual(await scene.arrived('telegram', address), order)
      })
    }

    test('the pair limit of one person holds up nobody else', async () => {
      const [slow, other] = [await someone('whatsapp'), await someone('whatsapp')]
      for (const address of [slow, other])
        await scene.opens('whatsapp', address, `opens ${address}`)
      await scene.script({
        ...{ fault: 'throttle-conversation', channel: 'whatsapp', address: slow, times: 4 },
      })
      await scene.send('pair-slow', 'whatsapp', slow)
      await scene.send('pair-other', 'whatsapp', other)
      await scene.shows('pair-other', isSent)
      const waiting = await scene.shows('pair-slow', ({ status }) => status !== 'accepted')
      assert.equal(waiting.status, 'queued')
      const shown = await scene.shows('pair-slow', isSent)
      assert.ok(!kinds(shown).has('failed'))
    })

    test('a token that expires pauses the account and holds its queue; other channels go on', async () => {
      const [ana, davi] = [await someone('whatsapp'), await someone('telegram')]
      await scene.opens('whatsapp', ana, 'opens token')
      await scene.script({ fault: 'token-expired', channel: 'whatsapp' })
      for (const part of ['1', '2', '3']) await scene.send(`token-${part}`, 'whatsapp', ana)
      await scene.send('token-other', 'telegram', davi)
      await scene.shows('token-other', isSent)
      const held = await scene.shows('token-1', ({ reason }) => reason !== undefined)
      assert.deepEqual([held.status, held.reason], ['queued', 'channel-auth'])
      for (const part of ['1', '2', '3']) await scene.shows(`token-${part}`, isSent)
      assert.deepEqual(await scene.arrived('whatsapp', ana), ['token-1', 'token-2', 'token-3'])
    })

    test('a version of the API that is over holds the account, and fails nothing', async () => {
      const ana = await someone('whatsapp')
      await scene.opens('whatsapp', ana, 'opens version')
      await scene.script({ fault: 'version-expired', channel: 'whatsapp' })
      await scene.send('version', 'whatsapp', ana)
      const shown = await scene.shows('version', isSent)
      assert.ok(!kinds(shown).has('failed'))
      assert.equal(attempts(shown), 2)
    })
  })

  describe('that leave in doubt', () => {
    test('a timeout after acceptance is settled by the callback data, and not sent again', async () => {
      const ana = await someone('whatsapp')
      await scene.opens('whatsapp', ana, 'opens timeout')
      await scene.script({ fault: 'timeout-after-accept', channel: 'whatsapp', address: ana })
      await scene.send('timeout', 'whatsapp', ana)
      const shown = await scene.shows('timeout', isSent)
      assert.equal(shown.deliveries[0]?.possibleDuplicate, false)
      // Longer than the hub waits before it would send again.
      await new Promise((resolve) => setTimeout(resolve, 6_000))
      assert.deepEqual(await scene.arrived('whatsapp', ana), ['timeout'])
    })

    test('where nothing settles it the policy sends again, and the status says so', async () => {
      const davi = await someone('telegram')
      await scene.script({ fault: 'reset-after-accept', channel: 'telegram', address: davi })
      await scene.send('doubt', 'telegram', davi)
      const shown = await scene.shows('doubt', isSent)
      assert.equal(shown.deliveries[0]?.possibleDuplicate, true)
      assert.deepEqual(await scene.arrived('telegram', davi), ['doubt', 'doubt'])
    })
  })

  test('a window that closes holds what comes after it until the person writes', async () => {
    const ana = await someone('whatsapp', { windows: 'enforced' })
    await scene.send('window-1', 'whatsapp', ana)
    await scene.send('window-2', 'whatsapp', ana)
    // Queued it is from the moment that it is routed, too.
    const held = await scene.shows('window-1', ({ reason }) => reason !== undefined)
    assert.deepEqual([held.status, held.reason], ['queued', 'window-closed'])
    assert.deepEqual(await scene.arrived('whatsapp', ana), [])
    await scene.answer('whatsapp', ana, 'are you there?')
    await scene.shows('window-2', isSent)
    assert.deepEqual(await scene.arrived('whatsapp', ana), ['window-1', 'window-2'])
  })

  test('a window that closes between our look and the platform is told as that, and nothing goes out again', async () => {
    const [address, id] = ['5511977770099', 'closed-on-the-way']
    // For the hub the person wrote a moment ago; the platform no longer counts it.
    await scene.phone('whatsapp', address, { windows: 'enforced' })
    await scene.opens('whatsapp', address, 'closing soon')
    await scene.script({ fault: 'window-closes', channel: 'whatsapp', address })
    await scene.send(id, 'whatsapp', address)
    const shown = await scene.shows(id, ({ status }) => status === 'failed')
    assert.equal(shown.reason, 'window-closed')
    assert.equal(attempts(shown), 1)
    assert.deepEqual(await scene.arrived('whatsapp', address), [])
  })

  test('a group that moved is followed, once, and what comes next goes there at once', async () => {
    const group = '-70000099'
    await scene.phone('telegram', group)
    await scene.script({ fault: 'chat-migrated', channel: 'telegram', address: group })
    await scene.send('moved-1', 'telegram', group)
    const shown = await scene.shows('moved-1', isSent)
    assert.equal(attempts(shown), 2)
    await scene.send('moved-2', 'telegram', group)
    await scene.shows('moved-2', isSent)
    assert.deepEqual(await scene.arrived('telegram', '-10070000099'), ['moved-1', 'moved-2'])
    assert.deepEqual(await scene.arrived('telegram', group), [])
  })
})
