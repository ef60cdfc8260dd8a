import type { FaultLog, Standing } from './fault-log.ts'
import { nearest } from './nearest.ts'
import type { PlanEdge, PlanOutput, PlanTopic } from './plan.ts'
import type { WrittenInput } from './read-inputs.ts'
import type { WrittenOutput } from './read-outputs.ts'
import type { StageTypeView } from './stage-type-view.ts'

type Topics = ReadonlyMap<string, PlanTopic>

/** Inputs with their names resolved. What is misspelt is taken as what was most likely meant. */
export function wireInputs(
  written: readonly WrittenInput[],
  type: StageTypeView | undefined,
  topics: Topics,
  stageAt: Standing,
  log: FaultLog,
): readonly PlanEdge[] {
  const edges = written.flatMap((input) => {
    const port = portOf(input.port, type?.in, input.portAt, 'input', input.short, log)
    const topic = topicNamed(input.topic, topics, input, log)
    return topic ? [{ ...input, port: port ?? input.port, topic }] : []
  })
  const used = new Set(written.map((input) => resolved(input.port, type?.in) ?? input.port))
  for (const port of Object.keys(type?.in ?? {})) {
    if (port === '*' || used.has(port) || unknownPorts(used, type?.in)) continue
    log.add('C4A1105', {
      at: stageAt,
      message: `Input '${port}' of '${type?.name}' is not wired`,
      fix: `Add \`${port}: <topic of ${type?.in[port]}>\` under \`in\`.`,
    })
  }
  return edges
}

/** Outputs with their names resolved; discarded ports are left out. */
export function wireOutputs(
  written: readonly WrittenOutput[],
  type: StageTypeView | undefined,
  topics: Topics,
  at: { readonly stage: Standing; readonly out: OutPlace | null },
  log: FaultLog,
): readonly PlanOutput[] {
  const wired = new Set<string>()
  const outputs = written.flatMap((output) => {
    const port = portOf(output.port, type?.out, output.portAt, 'output', null, log) ?? output.port
    wired.add(port)
    const topic = output.topic === null ? null : topicNamed(output.topic, topics, output, log)
    return topic ? [{ ...output, port, topic }] : []
  })
  for (const port of Object.keys(type?.out ?? {})) {
    if (port === '*' || wired.has(port)) continue
    log.add('C4A1106', {
      at: at.out?.at ?? at.stage,
      message: `Output '${port}' of '${type?.name}' goes nowhere`,
      fix: `Wire it (\`${port}: <topic of ${type?.out[port]}>\`), or say that it is dropped: \`${port}: { discard: the reason }\`.`,
      edits: at.out ? [at.out.insert(`${port}: { discard: nobody asks for it }`)] : [],
    })
  }
  return outputs
}

/** Where `out` stands, and the edit that adds an entry to it. */
export interface OutPlace {
  readonly at: Standing
  insert(entry: string): { readonly from: number; readonly to: number; readonly text: string }
}

type Ports = Readonly<Record<string, string>> | undefined

const hasPort = (ports: Readonly<Record<string, string>>, name: string): boolean =>
  Object.hasOwn(ports, name) || Object.hasOwn(ports, '*')

const resolved = (name: string, ports: Ports): string | undefined =>
  !ports || hasPort(ports, name) ? name : nearest(name, Object.keys(ports))

/** With an unknown port in the list it is not clear which one was meant: one fault is enough. */
const unknownPorts = (used: ReadonlySet<string>, ports: Ports): boolean =>
  [...used].some((name) => ports && !hasPort(ports, name))

function portOf(
  name: string,
  ports: Ports,
  at: Standing,
  side: 'input' | 'output',
  short: WrittenInput['short'],
  log: FaultLog,
): string | undefined {
  if (!ports || hasPort(ports, name)) return name
  const known = Object.keys(ports)
  const only = known.length === 1 ? known[0] : undefined
  const meant = short ? only : nearest(name, known)
  log.add('C4A1104', {
    at,
    message: short
      ? "This is short for the port 'in', which the stage has not"
      : `'${name}' is no ${side} port`,
    fix: short
      ? `Name the port: \`in: { ${only ?? known.join(': ..., ')}: ... }\`.`
      : `${meant ? `Did you mean '${meant}'? ` : ''}${known.length ? `One of: ${known.join(', ')}.` : `This stage has no ${side} ports.`}`,
    edits: meant ? portEdits(at, meant, short) : [],
  })
  return meant
}

/** A topic without its port gets the port written round it; a named port is renamed. */
function portEdits({ span }: Standing, meant: string, short: WrittenInput['short']) {
  if (short === null) return [{ ...span, text: meant }]
  if (short === 'several') return []
  return [
    { from: span.from, to: span.from, text: `{ ${meant}: ` },
    { from: span.to, to: span.to, text: ' }' },
  ]
}

function topicNamed(
  name: string,
  topics: Topics,
  at: Standing,
  log: FaultLog,
): PlanTopic | undefined {
  const topic = topics.get(name)
  if (topic) return topic
  const meant = nearest(name, topics.keys())
  log.add('C4A1102', {
    at,
    message: `There is no topic '${name}'`,
    fix: meant
      ? `Did you mean '${meant}'?`
      : `Declare it under \`topics\`, or use one of: ${[...topics.keys()].join(', ')}.`,
    edits: meant ? [{ from: at.span.from, to: at.span.to, text: meant }] : [],
  })
  return meant === undefined ? undefined : topics.get(meant)
}
