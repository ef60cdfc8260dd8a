import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { RealService } from './real-service.ts'

/** Two servers that are a few lines of Node each, with which the rest can be tried in no time. */
export function fakeService(name: string, more: Partial<RealService> = {}): RealService {
  const servers = [`${name}-1`, `${name}-2`]
  return {
    name,
    title: 'two servers that answer with their names',
    servers: Object.fromEntries(servers.map((server) => [server, ['http']])),
    stopSignal: 'SIGTERM',
    abandonSignal: 'SIGKILL',
    install: async () => ({ node: process.execPath }),
    async create({ folder }) {
      for (const server of servers) mkdirSync(join(folder, server))
    },
    command: ({ programs, ports }, server) => ({
      program: programs['node'] ?? '',
      args: ['-e', listener, String(ports[server]?.['http']), server],
    }),
    async probe({ ports }, server, signal) {
      const answer = await fetch(`http://127.0.0.1:${ports[server]?.['http']}`, { signal })
      return answer.text()
    },
    environment: ({ ports }) => ({
      FAKE_PORTS: servers.map((server) => ports[server]?.['http']).join(),
    }),
    ...more,
  }
}

// With a child, as PostgreSQL has: what happens to a server happens to it.
const listener = `
  const [port, name] = process.argv.slice(1)
  const child = require('node:child_process').spawn('sleep', ['1000'], { stdio: 'ignore' })
  process.on('SIGTERM', () => { child.kill(); console.log('in good order'); process.exit(0) })
  require('node:http').createServer((_, answer) => answer.end(name + ' ' + child.pid)).listen(port, '127.0.0.1')
  console.log('listens')
`
