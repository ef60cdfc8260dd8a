import type { FastifyRequest } from 'fastify'
import { Chat4AllError } from '../../topology/contract/errors.ts'

/** For what no route serves. */
export function noSuchPath({ method, url }: FastifyRequest): Chat4AllError {
  return new Chat4AllError('C4A_NOT_FOUND', {
    what: `${method} ${url.split('?')[0]} is not served here`,
    why: 'there is no such path, or it takes another method',
    todo: 'See /docs for all paths',
  })
}
