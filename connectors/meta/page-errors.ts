import { verdicts } from '../verdict.ts'
import { errorTable } from './error-table.ts'

/** Errors of the Messenger Platform, which serves Pages and Instagram accounts alike: `code` or `code/subcode`. */
export const pageErrors = errorTable([
  [verdicts.throttledSender, '4', '17', '32', '613', '80001-80008', '9/2018352'],
  [verdicts.transient, '1', '2', '1200'],
  // "Received invalid JSON reply": Meta's error page says that the messages were sent all the same.
  [verdicts.doubtful, '1/1357046'],
  // 2500, 2635: the API version in our path is over, which a person mends in pipeline.yaml.
  [verdicts.channelAuth, '10', '190', '200', '2500', '2635'],
  [verdicts.channelRestricted, '368', '10/1893063', '2022', '10303'],
  // Outside the window; 2534022 is Instagram's.
  [verdicts.windowClosed, '10/2018278', '10/2018065', '10/2534022'],
  [verdicts.recipientGone, '551', '100/2018001', '230'],
  [verdicts.optedOut, '10/2018108'],
  // Not on Meta's present error page; from older lists.
  [verdicts.mediaUnreachable, '100/2018007', '100/2018008'],
  [verdicts.contentRejected, '100'],
])
