const unitsMs: Readonly<Record<string, number>> = {
  H: 3_600_000,
  M: 60_000,
  S: 1_000,
  m: 1,
  u: 0.001,
  n: 0.000_001,
}

/** What a `grpc-timeout` header allows, in milliseconds, rounded up; undefined for text that is none. */
export function timeoutMs(header: string): number | undefined {
  const [, amount = '', unit = ''] = /^(\d{1,8})([HMSmun])$/.exec(header) ?? []
  const unitMs = unitsMs[unit]
  return unitMs === undefined ? undefined : Math.ceil(Number(amount) * unitMs)
}
