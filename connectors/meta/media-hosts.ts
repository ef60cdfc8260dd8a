/** Where Meta keeps what people send: the hosts of its links to media, with all below them. */
export const mediaHosts: readonly string[] = [
  'fbsbx.com',
  'fbcdn.net',
  'cdninstagram.com',
  'facebook.com',
  'whatsapp.net',
]
