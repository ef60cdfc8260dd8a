/**
 * What the engine tells about itself. Calls are cheap and never throw; one call stands for a whole batch
 * wherever there is one. Intended drops are told apart from losses: there is no call for a loss.
 */
export interface Meter {
  /** A batch went through a unit: how many records, and how long from intake to acknowledged output, milliseconds. */
  batch(stage: string, records: number, elapsedMs: number): void
  emitted(stage: string, port: string, records: number): void
  /** An output that pipeline.yaml discards on purpose; as port `skipped`, input that a stage has no use for. */
  discarded(stage: string, port: string, records: number): void
  dead(stage: string, code: string): void
  held(stage: string, reason: string): void
  parked(stage: string, records: number): void
  /** One attempt of an effect, and what became of it. */
  attempt(stage: string, kind: string, elapsedMs: number): void
  /** Something a person should read: the engine goes on. */
  trouble(stage: string, what: string, error: unknown): void
}

/** For tests and for those who do not look. */
export const silentMeter: Meter = {
  batch() {},
  emitted() {},
  discarded() {},
  dead() {},
  held() {},
  parked() {},
  attempt() {},
  trouble() {},
}
