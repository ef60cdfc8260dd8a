import { answerParent } from '../harness/answer-parent.ts'
import { type HttpJob, httpLoad } from './http-load.ts'

/** The load generator's process: one job at a time, asked over IPC. */
answerParent({ ready: true }, () => {}, {
  http: ({ job }) => httpLoad(job as HttpJob),
})
