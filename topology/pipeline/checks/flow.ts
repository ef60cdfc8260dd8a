import { removeEntry } from '../mend.ts'
import type { Check, Plan, PlanTopic } from '../plan.ts'

/** Every topic is written and read by somebody. */
export const checkFlow: Check = (plan, log) => {
  for (const topic of plan.topics.values()) {
    const { name, at, written } = topic
    const writers = writersOf(plan, topic)
    const readers = readersOf(plan, topic)
    const fed = writers.length > 0 || topic.topic.source !== undefined
    const read = readers.length > 0 || topic.topic.sink !== undefined
    if (!fed && !read)
      log.add('C4A1203', {
        at,
        message: `No stage reads or writes '${name}'`,
        fix: 'Take it out; or, where others use it, say who with `source:` and `sink:`.',
        edits: at.usedAt ? [] : [removeEntry(plan.source, at.span, written.node.span)],
      })
    else if (!fed)
      log.add('C4A1201', {
        at,
        message: `Nothing writes '${name}'`,
        fix: 'Wire an output to it, or say who else writes it: `source: gateway`.',
        also: readers.map(({ span }) => ({ span, note: 'read here' })),
      })
    else if (!read)
      log.add('C4A1202', {
        at,
        message: `Nothing reads '${name}'`,
        fix: 'Read it in a stage, say who else reads it (`sink: ...`), or write `{ discard: reason }` in place of it.',
        also: writers.map(({ span }) => ({ span, note: 'written here' })),
      })
  }
}

const writersOf = (plan: Plan, topic: PlanTopic) =>
  [...plan.stages.values()].flatMap(({ outputs }) => outputs.filter((out) => out.topic === topic))

const readersOf = (plan: Plan, topic: PlanTopic) =>
  [...plan.stages.values()].flatMap(({ inputs }) => inputs.filter((edge) => edge.topic === topic))
