import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { control } from './control.ts'
import { exchangeOf } from './exchange.ts'
import { type Faults, faults } from './faults.ts'
import { instagram } from './instagram.ts'
import { limits } from './limits.ts'
import { media } from './media.ts'
import { messenger } from './messenger.ts'
import { type Phones, phones } from './phones.ts'
import { route } from './route.ts'
import { type ChannelName, type SimulatorOptions, settingsOf } from './settings.ts'
import { telegram } from './telegram.ts'
import { timers } from './timers.ts'
import { whatsapp } from './whatsapp.ts'
import type { Platform, World } from './world.ts'

export interface Simulator {
  readonly port: number
  /** What a connector's baseUrl is for the channel: http://127.0.0.1:8090/whatsapp */
  baseUrl(channel: ChannelName): string
  readonly phones: Phones
  readonly faults: Faults
  /** Resolves once no receipt is due and every webhook has been taken; rejects after `timeoutMs`. */
  settled(timeoutMs?: number): Promise<void>
  /** Meta's GET handshake with the account's webhookUrl. True when the hub gave the challenge back. */
  handshake(channel: ChannelName, accountId: string): Promise<boolean>
  stats(): object
  close(): Promise<void>
}

const maxBodyBytes = 101 * 1024 * 1024

/**
 * The four platforms on one port, with the page that shows the phones at `/`. Rejects with Node's
 * own error when the port is taken, and with a RangeError when an option is wrong.
 */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const settings = settingsOf(options)
  let ids = 0
  // Ids stay unlike those of a run before, whose record may be the same file.
  const epoch = Date.now().toString(36)
  const uniqueId = () => `${epoch}${(ids++).toString(36).padStart(6, '0')}`
  const time = timers()
  let port = 0
  const world: World = {
    settings,
    phones: phones(settings),
    faults: faults(settings.seed, options.faults),
    limits: limits(settings.limits, settings.nowMs),
    media: media(() => String(BigInt(Date.now()) * 1000n + BigInt(ids++))),
    timers: time,
    uniqueId,
    origin: () => settings.publicUrl ?? `http://127.0.0.1:${port}`,
  }
  const platforms: readonly Platform[] = [
    whatsapp(world),
    messenger(world),
    instagram(world),
    telegram(world),
  ]
  const handle = route(world, platforms, control(world, platforms))
  const sockets = new Set<Socket>()

  const server = createServer((request, response) => {
    void serve(request, response)
  })
  async function serve(request: IncomingMessage, response: ServerResponse) {
    const exchange = await exchangeOf(request, response, maxBodyBytes)
    if (!exchange) {
      request.destroy()
      return
    }
    try {
      await handle(exchange)
    } catch (error) {
      // A fault of the simulator's own must not look like one of those it plays.
      console.error('simulator:', error)
      exchange.json(500, { error: { message: 'the simulator itself failed', code: 1 } })
    }
  }
  server.keepAliveTimeout = 60_000
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    // What a client leaves behind when it is killed is no news.
    socket.on('error', () => {})
  })
  try {
    await new Promise<void>((listening, failed) => {
      server.once('error', failed)
      server.listen(options.port, settings.host, listening)
    })
  } catch (error) {
    await world.phones.close()
    throw error
  }
  port = (server.address() as AddressInfo).port

  const pending = () => platforms.reduce((sum, each) => sum + each.pending, time.size)

  return {
    port,
    baseUrl: (channel) => `${world.origin()}/${channel}`,
    phones: world.phones,
    faults: world.faults,
    async settled(timeoutMs = 10_000) {
      const deadline = performance.now() + timeoutMs
      while (pending() > 0) {
        if (performance.now() > deadline) {
          throw new Error(`the simulator still has ${pending()} things to do after ${timeoutMs} ms`)
        }
        await new Promise((later) => setTimeout(later, 5))
      }
    },
    async handshake(channel, accountId) {
      const platform = platforms.find((each) => each.channel === channel)
      const account = platform?.accounts.find((each) => each.accountId === accountId)
      return platform !== undefined && account !== undefined && platform.handshake(account)
    },
    stats: () => Object.fromEntries(platforms.map(({ channel, stats }) => [channel, stats])),
    async close() {
      time.close()
      const closed = new Promise((done) => server.close(done))
      for (const socket of sockets) socket.destroy()
      await closed
      await Promise.all(platforms.map((platform) => platform.close()))
      await world.phones.close()
    },
  }
}
