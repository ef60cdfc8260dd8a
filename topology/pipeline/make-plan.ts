import { defaultsOf } from './defaults-of.ts'
import type { pipelineDefinition } from './definitions.ts'
import { insertEntry } from './mend.ts'
import { nearest } from './nearest.ts'
import type { Plan, PlanStage } from './plan.ts'
import { planChannel } from './plan-channel.ts'
import { stagePolicies } from './plan-stage.ts'
import { planTopic } from './plan-topic.ts'
import type { Item, Read } from './read.ts'
import type { ReadContext } from './read-context.ts'
import { readSettings } from './settings.ts'
import type { Source } from './source.ts'
import type { StageTypeView, StageTypeViews } from './stage-type-view.ts'
import { type OutPlace, wireInputs, wireOutputs } from './wire.ts'

type Written = Read<typeof pipelineDefinition>

/** Names resolved and defaults filled in. What is wrong goes to the log; the plan is made as far as it goes. */
export function makePlan(
  source: Source,
  written: Written,
  types: StageTypeViews,
  context: ReadContext,
  profile: 'embedded' | 'cluster' = 'embedded',
): Plan {
  const defaults = defaultsOf(written, profile)
  const topics = new Map(
    [...(written.topics?.value ?? [])].map(([name, item]) => [
      name,
      planTopic(name, item, defaults.topic),
    ]),
  )
  const stages = new Map<string, PlanStage>()
  for (const [id, item] of written.stages?.value ?? []) {
    const { value: own, key: at } = item
    const type = typeOf(own.use, types, context)
    const inputs = wireInputs(own.in?.value ?? [], type, topics, at, context.log)
    const outputs = wireOutputs(
      own.out?.value ?? [],
      type,
      topics,
      { stage: at, out: outPlace(source, own.out) },
      context.log,
    )
    const { settings, items } = type
      ? readSettings(own.with, type, at, context)
      : { settings: {}, items: {} }
    const stage = {
      id,
      use: type?.name ?? '',
      settings,
      inputs: grouped(inputs),
      outputs: Object.fromEntries(
        outputs.map(({ port, topic, maxHops }) => [port, { topic: topic.name, maxHops }]),
      ),
      ...discardsOf(own.out?.value ?? []),
      ...stagePolicies(own, defaults.stage, type?.shape ?? 'transform'),
      renamedFrom: own.renamedFrom?.value ?? null,
    }
    const channelSetting = channelOf(items)
    const planned = { id, at, written: item, type, inputs, outputs, channelSetting, stage }
    stages.set(id, { ...planned, settingItems: items })
  }
  const channels = new Map(
    [...(written.channels?.value ?? [])].map(([name, { value }]) => [
      name,
      planChannel(name, value),
    ]),
  )
  return { source, name: written.name?.value ?? '', written, topics, stages, channels }
}

function typeOf(
  use: Item<string> | undefined,
  types: StageTypeViews,
  { log }: ReadContext,
): StageTypeView | undefined {
  if (!use?.known) return undefined
  if (Object.hasOwn(types, use.value)) return types[use.value]
  const known = Object.keys(types)
  const meant = nearest(use.value, known)
  log.add('C4A1101', {
    at: use,
    message: `There is no stage type '${use.value}'`,
    fix: `${meant ? `Did you mean '${meant}'? ` : ''}One of: ${known.join(', ')}.`,
    edits: meant ? [{ ...use.span, text: meant }] : [],
  })
  return meant === undefined ? undefined : types[meant]
}

function channelOf(items: Readonly<Record<string, Item<unknown>>>): Item<string> | undefined {
  const item = items['channel']
  return item && typeof item.value === 'string' ? { ...item, value: item.value } : undefined
}

function grouped(edges: PlanStage['inputs']): PlanStage['stage']['inputs'] {
  const byPort = Map.groupBy(edges, ({ port }) => port)
  return Object.fromEntries(
    [...byPort].map(([port, group]) => [
      port,
      group.map(({ topic, inline }) => ({ topic: topic.name, inline })),
    ]),
  )
}

function discardsOf(written: readonly { port: string; discard: string | null }[]) {
  const discards = written.flatMap(({ port, discard }) => (discard ? [[port, discard]] : []))
  return discards.length > 0 ? { discards: Object.fromEntries(discards) } : {}
}

/** How a port is added to `out` in the form that the file has it in. */
function outPlace(source: Source, out: WrittenOut): OutPlace | null {
  if (out?.node.kind !== 'map') return null
  const { node } = out
  return {
    at: out.key,
    insert: (entry) => insertEntry(source, node, entry),
  }
}

type WrittenOut = Exclude<PlanStage['written']['value']['out'], undefined> | undefined
