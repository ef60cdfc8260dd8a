import type { ConnectorSubject } from '../conformance/connector.ts'
import { graphError } from './meta-answers.ts'

type Row = ConnectorSubject['errors'][number]

const rows: readonly (readonly [Row['kind'], Row['reason'], ...string[]])[] = [
  ['retry', 'throttled-sender', '4', '17', '32', '613', '80001', '80008', '4/2018022', '4/2018354'],
  ['retry', 'throttled-sender', '9/2018352'],
  ['retry', 'transient', '1', '1/99', '2', '2/2018344', '1200'],
  ['unknown', undefined, '1/1357046'],
  ['retry', 'channel-auth', '190', '190/463', '190/467', '200/2018028', '200/2018027', '10'],
  ['retry', 'channel-auth', '2500', '2635'],
  ['retry', 'channel-restricted', '368', '10/1893063', '2022', '10303'],
  ['refused', 'window-closed', '10/2018278', '10/2018065', '10/2534022'],
  ['refused', 'recipient-gone', '551/1545041', '551', '100/2018001', '230'],
  ['refused', 'opted-out', '10/2018108'],
  ['refused', 'media-unreachable', '100/2018007', '100/2018008'],
  ['refused', 'content-rejected', '100', '100/2018109', '100/2018034', '100/33', '999999'],
]

/** Errors of the Messenger Platform, for the suite of both its channels. */
export const pageErrorRows: readonly Row[] = rows.flatMap(([kind, reason, ...codes]) =>
  codes.map((code): Row => {
    const row = { name: `code ${code}`, script: graphError(400, code), kind }
    return reason === undefined ? row : { ...row, reason }
  }),
)
