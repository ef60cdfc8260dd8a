import pc from 'picocolors'
import { demoPhones } from '../../connectors/simulator/demo.ts'
import type { Hub, HubPlan } from '../compose/hub.ts'

/** Says that the process runs and where. In the embedded profile, to a newcomer: all of it, and the key once. */
export function greet(hub: Hub, plan: HubPlan): void {
  const coloured = process.stdout.isTTY === true && !process.env['NO_COLOR']
  const paint = pc.createColors(coloured)
  const rows = rowsOf(hub, plan).map(([name, value]) => `  ${paint.dim(name.padEnd(9))} ${value}\n`)
  process.stdout.write(`${paint.green('Chat4All is ready')}\n${rows.join('')}`)
  if (plan.cluster) return
  const { freshKey } = hub
  if (freshKey && process.stdout.isTTY) {
    const sentence = paint.bold('Your first admin key, shown this once:')
    process.stdout.write(`\n  ${sentence}\n  ${freshKey}\n`)
  }
  firstMessage(hub, plan.settings.dataDir, paint.dim('A first message:'))
}

function rowsOf(
  { httpPort, grpcPort, simulatorUrl, registryUrl }: Hub,
  { settings, cluster, gateway, stages }: HubPlan,
): readonly (readonly [string, string])[] {
  const base = `http://127.0.0.1:${httpPort}`
  return [
    ...(gateway
      ? ([
          ['REST', `${base}   (${base}/docs)`],
          ['gRPC', `127.0.0.1:${grpcPort}`],
        ] as const)
      : ([['health', `${base}/ready`]] as const)),
    ...(stages !== 'all' && stages.length > 0 ? ([['stages', stages.join(', ')]] as const) : []),
    ...(simulatorUrl ? ([['phones', simulatorUrl]] as const) : []),
    // A simulator that runs elsewhere has no key of this hub.
    ...(simulatorUrl && !cluster && settings.simulatorUrl === ''
      ? ([['own app', `${simulatorUrl}/app`]] as const)
      : []),
    ['registry', registryUrl],
    ...(cluster ? [] : ([['key', `${settings.dataDir}/bootstrap-key`]] as const)),
  ]
}

function firstMessage({ httpPort, simulatorUrl }: Hub, dataDir: string, title: string): void {
  const [phone] = demoPhones
  if (!simulatorUrl || !phone) return
  const body = `{"to":{"channel":"${phone.channel}","address":"${phone.address}"},"content":{"type":"text","text":"Hello ${phone.name}"}}`
  process.stdout.write(
    `\n  ${title}\n  curl -s http://127.0.0.1:${httpPort}/v1/messages -H "Authorization: Bearer $(cat ${dataDir}/bootstrap-key)" \\\n    -H 'Content-Type: application/json' -d '${body}'\n\n`,
  )
}
