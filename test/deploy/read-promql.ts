import { parser } from '@prometheus-io/lezer-promql'

export interface Query {
  /** Where PromQL cannot be read, as the text from there on. */
  readonly faults: readonly string[]
  /** The names of metrics that it asks for. */
  readonly metrics: readonly string[]
}

/** Reads PromQL with Prometheus' own grammar. */
export function readPromql(text: string): Query {
  // Grafana puts a duration there.
  const query = text.replaceAll('$__rate_interval', '5m')
  const faults: string[] = []
  const metrics: string[] = []
  parser.parse(query).iterate({
    enter({ type, name, from, to }) {
      if (type.isError) faults.push(query.slice(from))
      if (name === 'Identifier' && /_/.test(query.slice(from, to)))
        metrics.push(query.slice(from, to))
    },
  })
  return { faults, metrics }
}
