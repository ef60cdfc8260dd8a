/**
 * The body, which the request then lets go of. The framework keeps a request until its answer is sent, and its body
 * with it: hundreds of objects a batch, which every collection of young objects would copy while the log is written.
 */
export function takeBody<Body>(request: { body: Body }): Body {
  const { body } = request
  request.body = undefined as Body
  return body
}
