import type { FastifyInstance } from 'fastify'
import type { NewParticipant } from '../../operations/new-participants.ts'
import type { PersonRequest } from '../../operations/people.ts'
import type { HttpParts } from '../http-server.ts'
import { pageSchema, positionQuerySchema, positionSchema } from '../schemas/page.ts'
import { problems } from '../schemas/problems.ts'
import { positionIn } from './position-in.ts'

interface OfPerson {
  readonly personId: string
}

const id = { type: 'string', minLength: 1, maxLength: 128 } as const
const params = { type: 'object', properties: { personId: id } } as const
const headers = { type: 'object', properties: { 'x-c4a-position': positionSchema } } as const
const tags = ['people']

export function personRoutes(app: FastifyInstance, { operations: { people } }: HttpParts): void {
  app.post<{ Body: PersonRequest }>(
    '/v1/people',
    {
      config: { access: 'people:write' },
      schema: {
        summary: 'Create a person with identities on channels',
        description: 'With an Idempotency-Key a repeated request makes one person.',
        operationId: 'createPerson',
        tags,
        headers: {
          type: 'object',
          properties: { 'idempotency-key': { type: 'string', minLength: 1, maxLength: 128 } },
        },
        body: { $ref: 'PersonRequest#' },
        response: {
          201: { description: 'Created.', $ref: 'ChangedPerson#' },
          ...problems(400, 401, 403, 409, 413, 415, 422, 429),
        },
      },
    },
    async (request, reply) => {
      const key = request.headers['idempotency-key'] as string | undefined
      return reply.code(201).send(await people.create(request.body, request.caller, key))
    },
  )

  app.get<{ Querystring: { limit: number; before?: string; position?: string } }>(
    '/v1/people',
    {
      config: { access: 'people:read' },
      schema: {
        summary: 'List people, newest first',
        operationId: 'listPeople',
        tags,
        querystring: pageSchema,
        headers,
        response: {
          200: { description: 'A page.', $ref: 'PersonPage#' },
          ...problems(400, 401, 403),
        },
      },
    },
    (request) => {
      const { limit, before } = request.query
      return people.list({ limit, before, position: positionIn(request) }, request.caller)
    },
  )

  app.get<{ Params: OfPerson; Querystring: { position?: string } }>(
    '/v1/people/:personId',
    {
      config: { access: 'people:read' },
      schema: {
        summary: 'A person and their identities',
        operationId: 'getPerson',
        tags,
        params,
        querystring: positionQuerySchema,
        headers,
        response: {
          200: { description: 'The person.', $ref: 'Person#' },
          ...problems(400, 401, 403, 404),
        },
      },
    },
    (request) => people.get(request.params.personId, positionIn(request), request.caller),
  )

  app.get<{ Params: OfPerson }>(
    '/v1/people/:personId/suggestions',
    {
      config: { access: 'people:read' },
      schema: {
        summary: 'Who may be the same person',
        description:
          'By number or name, among those who are linked to nobody. A guess to look at: nothing is linked by it.',
        operationId: 'suggestIdentities',
        tags,
        params,
        response: {
          200: { description: 'At most 20.', $ref: 'Suggestions#' },
          ...problems(401, 403, 404),
        },
      },
    },
    (request) => people.suggestions(request.params.personId, request.caller),
  )

  app.post<{ Params: OfPerson; Body: NewParticipant }>(
    '/v1/people/:personId/identities',
    {
      config: { access: 'people:write' },
      schema: {
        summary: 'Link an identity to a person',
        description: 'What they write there, and what is sent there, joins their conversation.',
        operationId: 'linkIdentity',
        tags,
        params,
        body: { $ref: 'IdentityRequest#' },
        response: {
          200: { description: 'Linked.', $ref: 'ChangedPerson#' },
          ...problems(400, 401, 403, 404, 409, 413, 415, 422, 429),
        },
      },
    },
    (request) => people.link(request.params.personId, request.body, request.caller),
  )

  app.delete<{ Params: OfPerson & { participantId: string } }>(
    '/v1/people/:personId/identities/:participantId',
    {
      config: { access: 'people:write' },
      schema: {
        summary: 'Unlink an identity from a person',
        description: 'From then on it has a conversation of its own again.',
        operationId: 'unlinkIdentity',
        tags,
        params: { type: 'object', properties: { personId: id, participantId: id } },
        response: {
          200: { description: 'Unlinked.', $ref: 'ChangedPerson#' },
          ...problems(401, 403, 404, 422, 429),
        },
      },
    },
    ({ params: { personId, participantId }, caller }) =>
      people.unlink(personId, participantId, caller),
  )
}
