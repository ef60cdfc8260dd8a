import { derivedNames, type Pipeline } from '../model.ts'

/** The pipeline as nodes and arrows; topics are what stands on the arrows. Every format draws this. */
export interface Drawing {
  readonly nodes: readonly DrawnNode[]
  readonly arrows: readonly DrawnArrow[]
}

export interface DrawnNode {
  readonly id: string
  readonly kind: 'stage' | 'outside' | 'park' | 'dead-letters'
  readonly label: string
}

export interface DrawnArrow {
  readonly from: string
  readonly to: string
  /** Topics that go this way, in the order of the file. */
  readonly topics: readonly string[]
  /** `inline`: one process, no topic between. `loop`: declared to go round. */
  readonly kind: 'topic' | 'inline' | 'loop' | 'implied'
  /** Of a loop. */
  readonly maxHops: number | null
}

export interface DrawingOptions {
  /** Also what every stage has unsaid: its park and its dead letters. */
  readonly all?: boolean
}

export function drawingOf(pipeline: Pipeline, { all = false }: DrawingOptions = {}): Drawing {
  const nodes = new Map<string, DrawnNode>()
  const arrows = new Map<string, DrawnArrow>()
  const put = (node: DrawnNode) => {
    if (!nodes.has(node.id)) nodes.set(node.id, node)
    return node.id
  }
  const draw = (arrow: Omit<DrawnArrow, 'topics'> & { readonly topic: string }) => {
    const { from, to, topic, kind, maxHops } = arrow
    const id = JSON.stringify([from, to, kind, maxHops])
    const topics = arrows.get(id)?.topics ?? []
    if (topics.includes(topic)) return
    arrows.set(id, { from, to, kind, maxHops, topics: [...topics, topic] })
  }
  // Stages first, as the file has them: tools lay out in this order.
  for (const id of Object.keys(pipeline.stages)) put(stageNode(pipeline, id))
  for (const name of Object.keys(pipeline.topics)) {
    const writers = writersOf(pipeline, name)
    const readers = readersOf(pipeline, name)
    for (const writer of writers)
      for (const reader of readers)
        draw({
          from: put(writer.node),
          to: put(reader.node),
          topic: name,
          kind: writer.maxHops !== null ? 'loop' : reader.inline ? 'inline' : 'topic',
          maxHops: writer.maxHops,
        })
  }
  if (all) drawImplied(pipeline, put, draw)
  return { nodes: [...nodes.values()], arrows: [...arrows.values()] }
}

interface End {
  readonly node: DrawnNode
  readonly maxHops: number | null
  readonly inline: boolean
}

function writersOf(pipeline: Pipeline, topic: string): readonly End[] {
  const source = pipeline.topics[topic]?.source
  const stages = Object.values(pipeline.stages).flatMap(({ id, outputs }) =>
    Object.values(outputs).flatMap((output) =>
      output.topic === topic
        ? [{ node: stageNode(pipeline, id), maxHops: output.maxHops, inline: false }]
        : [],
    ),
  )
  return source === undefined ? stages : [outside(source), ...stages]
}

function readersOf(pipeline: Pipeline, topic: string): readonly End[] {
  const sink = pipeline.topics[topic]?.sink
  const stages = Object.values(pipeline.stages).flatMap(({ id, inputs }) =>
    Object.values(inputs)
      .flat()
      .flatMap((edge) =>
        edge.topic === topic
          ? [{ node: stageNode(pipeline, id), maxHops: null, inline: edge.inline }]
          : [],
      ),
  )
  return sink === undefined ? stages : [...stages, outside(sink)]
}

function stageNode(pipeline: Pipeline, id: string): DrawnNode {
  const use = pipeline.stages[id]?.use
  const said = use === id || id.startsWith(`${use}.`)
  return { id: `stage ${id}`, kind: 'stage', label: said ? id : `${id} (${use})` }
}

const outside = (label: string): End => ({
  node: { id: `outside ${label}`, kind: 'outside', label },
  maxHops: null,
  inline: false,
})

function drawImplied(
  pipeline: Pipeline,
  put: (node: DrawnNode) => string,
  draw: (arrow: Omit<DrawnArrow, 'topics'> & { readonly topic: string }) => void,
): void {
  for (const { id, park } of Object.values(pipeline.stages)) {
    const stage = `stage ${id}`
    const implied = { kind: 'implied', maxHops: null } as const
    const dead = derivedNames.deadLetters(id)
    const deadNode = put({ id: `dead ${id}`, kind: 'dead-letters', label: 'dead letters' })
    draw({ ...implied, from: stage, to: deadNode, topic: dead })
    if (!park) continue
    const topic = derivedNames.park(id)
    const parkNode = put({ id: `park ${id}`, kind: 'park', label: 'park' })
    draw({ ...implied, from: stage, to: parkNode, topic })
    draw({ ...implied, from: parkNode, to: stage, topic })
  }
}
