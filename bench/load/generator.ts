import { answerParent } from '../harness/answer-parent.ts'
import { type HttpJob, httpLoad } from './http-load.ts'
import { type Http2Job, http2Load } from './http2-load.ts'

/** The load generator's process: one job at a time, asked over IPC. */
answerParent({ ready: true }, () => {}, {
  http: ({ job }) => httpLoad(job as HttpJob),
  http2: ({ job }) => http2Load(job as Http2Job),
})
