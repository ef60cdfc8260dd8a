import { nearest } from '../nearest.ts'
import type { Check, Plan, PlanStage, PlanTopic } from '../plan.ts'
import { recordSchemas, unreadable } from '../record-schemas.ts'

/** Every topic carries a known record type, what writes it writes that type, and what reads it can read it. */
export const checkTypes: Check = (plan, log) => {
  const known = [...recordSchemas().keys()]
  for (const { written } of plan.topics.values()) {
    const { value } = written.value
    if (!value?.known || known.includes(value.value)) continue
    const meant = nearest(value.value, known)
    log.add('C4A1103', {
      at: value,
      message: `There is no record type '${value.value}'`,
      fix: `${meant ? `Did you mean '${meant}'? ` : ''}schemas/avro has: ${known.join(', ')}.`,
      edits: meant ? [{ ...value.span, text: meant }] : [],
    })
  }
  for (const stage of plan.stages.values()) {
    const { type, inputs, outputs } = stage
    for (const edge of inputs) {
      const wanted = portType(type?.in, edge.port)
      const carried = edge.topic.topic.value
      const why = wanted === undefined ? undefined : unreadable(carried, wanted)
      if (why === undefined) continue
      log.add('C4A1301', {
        at: edge,
        message: `'${edge.topic.name}' carries ${carried}, and the input '${edge.port}' reads ${wanted}`,
        fix: `Read a topic of ${wanted}: ${topicsOf(plan, wanted)}.`,
        edits: onlyTopicOf(plan, wanted, stage).map((text) => ({ ...edge.span, text })),
        also: declared(edge),
      })
    }
    for (const output of outputs) {
      const made = portType(type?.out, output.port)
      const carried = output.topic.topic.value
      if (made === undefined || made === carried || !recordSchemas().has(carried)) continue
      log.add('C4A1302', {
        at: output,
        message: `The output '${output.port}' writes ${made}, and '${output.topic.name}' carries ${carried}`,
        fix: `Write to a topic of ${made}: ${topicsOf(plan, made)}.`,
        also: declared(output),
      })
    }
  }
}

const portType = (ports: Readonly<Record<string, string>> = {}, port = ''): string | undefined =>
  Object.hasOwn(ports, port) ? ports[port] : ports['*']

/** Where just one topic could be meant, and reading it would not close a cycle of one, it is the fix. */
function onlyTopicOf(plan: Plan, type: string | undefined, stage: PlanStage): readonly string[] {
  const carrying = [...plan.topics.values()].filter(
    (topic) => topic.topic.value === type && !stage.outputs.some((out) => out.topic === topic),
  )
  return carrying.length === 1 ? carrying.map(({ name }) => name) : []
}

const topicsOf = (plan: Plan, type = '') =>
  [...plan.topics.values()]
    .flatMap(({ name, topic }) => (topic.value === type ? [name] : []))
    .join(', ') || `declare one with \`value: ${type}\``

function declared({ topic }: { readonly topic: PlanTopic }) {
  const { value } = topic.written.value
  return value ? [{ span: value.span, note: 'its type is declared here' }] : []
}
