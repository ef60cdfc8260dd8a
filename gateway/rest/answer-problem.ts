import type { FastifyReply, FastifyRequest } from 'fastify'
import type { GatewayTools } from '../tools.ts'
import { asChat4AllError, problemOf, retryAfter } from './problem.ts'

/** Every error of a route as application/problem+json; what is a fault of ours is logged. */
export function answerProblem(
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  { log }: Pick<GatewayTools, 'log'>,
) {
  const error = asChat4AllError(thrown)
  const problem = problemOf(error, request.id)
  if (problem.status >= 500 && error.code !== 'C4A_UNAVAILABLE') {
    log.error({ err: error.cause ?? error, requestId: request.id }, error.message)
  }
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer realm="chat4all"')
  if (problem.retryable) reply.header('retry-after', retryAfter(error))
  return reply.code(problem.status).type('application/problem+json').send(problem)
}
