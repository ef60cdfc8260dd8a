import type { Step } from './unit.ts'

/** Whether a step, and all that is fused behind it, only decides: it may do so again, since nobody but the log hears of it. */
export const onlyTransforms = ({ body, inner }: Step): boolean =>
  body.shape === 'transform' && inner.every(onlyTransforms)
