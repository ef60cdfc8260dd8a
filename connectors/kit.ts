/**
 * What a connector that lives in a package of its own may use, published as `@chat4all/connector`
 * (packages/connector): the contract, and the small pieces that every connector needs. All of it is as stable as
 * the REST API: a name that stands here stays.
 */
export type {
  Account,
  Capabilities,
  ChannelReason,
  Connector,
  ConnectorFactory,
  ConnectorTools,
  Content,
  FetchOutcome,
  HttpAnswer,
  HttpRequest,
  Inbound,
  MediaContent,
  MediaKind,
  Origin,
  Outbound,
  SendOutcome,
  WebhookContract,
  WebhookEndpoint,
  WebhookItem,
  WebhookRequest,
} from './contract.ts'
export { HttpFailure } from './contract.ts'
export {
  countOf,
  type Fields,
  fieldsOf,
  idOf,
  isObject,
  jsonBytes,
  listOf,
  numberOf,
  parseJson,
  secondsOf,
  textOf,
} from './loose-json.ts'
export { lostAnswer } from './lost-answer.ts'
export { isMedia, type MediumSource, mediumSource } from './medium-source.ts'
export { multipart } from './multipart.ts'
export { notServed } from './not-served.ts'
export { retryAfterMs } from './retry-after.ts'
export { sameSecret } from './same-secret.ts'
export { timeoutsOf } from './timeouts.ts'
export { unreadableAnswer } from './unreadable-answer.ts'
export { unsplittable } from './unsplittable.ts'
export { type Verdict, verdicts } from './verdict.ts'
