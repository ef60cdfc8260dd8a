import type swagger from '@fastify/swagger'

/** The head of the OpenAPI document; its paths come from the routes themselves. */
export const openApi: swagger.FastifyDynamicSwaggerOptions = {
  exposeHeadRoutes: true,
  openapi: {
    openapi: '3.1.0',
    info: {
      title: 'Chat4All',
      version: '1.0.0',
      description: [
        'One message, any channel. What is answered with 202 is on stable storage and is delivered, in order per conversation.',
        'Concurrent requests have no order between them; a batch keeps its own.',
        'Errors are RFC 9457 problem details with a stable `code`.',
      ].join('\n\n'),
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    tags: [
      { name: 'messages', description: 'Send, and see what became of it.' },
      { name: 'conversations', description: 'Who talks with whom.' },
      { name: 'events', description: 'What happened, without gaps.' },
      { name: 'blobs', description: 'Attachments.' },
      { name: 'in-app', description: 'People without a platform.' },
      { name: 'keys', description: 'API keys; for admins.' },
      { name: 'webhooks', description: 'Where the platforms post.' },
      { name: 'operation', description: 'Health and figures.' },
    ],
    components: {
      securitySchemes: {
        key: {
          type: 'http',
          scheme: 'bearer',
          description: 'An API key: c4a_<keyId>_<secret>.',
        },
      },
    },
    security: [{ key: [] }],
  },
  // Names of components are the schemas' own, so that clients made from the document read well.
  refResolver: { buildLocalReference: ({ $id }, _base, _fragment, i) => String($id ?? `def-${i}`) },
}
