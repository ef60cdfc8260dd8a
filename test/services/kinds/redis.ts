import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Plan } from '../plan.ts'
import { debianEnvironment, debianPrograms } from '../programs/debian.ts'
import { runProgram } from '../programs/run-program.ts'
import type { RealService } from '../real-service.ts'
import { ask } from './ask.ts'

const least = 7

/** One Redis that writes what it is told to its file, as a production one would. */
export const redis: RealService = {
  name: 'redis',
  title: `Redis ${least} or newer`,
  servers: { redis: ['redis'] },
  stopSignal: 'SIGTERM',
  abandonSignal: 'SIGKILL',

  install: (fetch) =>
    debianPrograms(
      {
        what: `Redis ${least} or newer`,
        packages: ['redis-server'],
        folders: ['/usr/bin'],
        programs: ['redis-server'],
        async isGoodEnough(folder, environment) {
          const options = { signal: fetch.signal, environment }
          const said = await runProgram(join(folder, 'redis-server'), ['--version'], options)
          return Number(/v=(\d+)/.exec(said)?.[1]) >= least
        },
      },
      fetch,
    ),

  async create(plan) {
    mkdirSync(folderOf(plan))
  },

  command: (plan) => ({
    program: join(plan.programs['folder'] ?? '', 'redis-server'),
    args: [
      ['--bind', '127.0.0.1'],
      ['--port', String(portOf(plan))],
      ['--dir', folderOf(plan)],
      ['--appendonly', 'yes'],
    ].flat(),
    environment: debianEnvironment(plan.programs),
  }),

  async probe(plan, _server, signal) {
    const answer = await ask(portOf(plan), Buffer.from('PING\r\nINFO\r\n'), isWhole, signal)
    const text = answer.toString('utf8')
    // While it reads its file: -LOADING.
    if (!text.startsWith('+PONG')) throw new Error(text.split('\r\n')[0])
    const [, version] = /redis_version:(\S+)/.exec(text) ?? []
    const [, keys = '0'] = /db0:keys=(\d+)/.exec(text) ?? []
    return `Redis ${version}, ${keys} keys`
  },

  environment: (plan) => ({ C4A_TEST_REDIS: `redis://127.0.0.1:${portOf(plan)}` }),
}

const folderOf = (plan: Plan) => join(plan.folder, 'redis')
const portOf = (plan: Plan) => plan.ports['redis']?.['redis'] ?? 0

/** A line, and then a text with its length before it: `+PONG`, `$4711`, the text. */
function isWhole(answer: Buffer): boolean {
  const text = answer.toString('latin1')
  const [, head, length] = /^(.*\r\n\$(\d+)\r\n)/s.exec(text) ?? []
  if (head !== undefined) return text.length >= head.length + Number(length) + 2
  return text.startsWith('-')
}
