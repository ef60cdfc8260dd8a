import { Chat4AllError } from './errors.ts'

/** Why nothing can listen there, as a sentence that names the setting; what is no such trouble stays as it is. */
export function portTrouble(cause: unknown, host: string, port: number, setting: string): unknown {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  if (code === 'EADDRINUSE' || code === 'EACCES') {
    return new Chat4AllError(
      'C4A_PORT_BUSY',
      {
        what: `Port ${port} cannot be listened on`,
        why: code === 'EACCES' ? 'it is reserved' : 'another program listens there',
        todo: `Set ${setting} to a free port, or 0 for any`,
      },
      { cause },
    )
  }
  if (code === 'ENOTFOUND' || code === 'EADDRNOTAVAIL' || code === 'EAI_AGAIN') {
    return new Chat4AllError(
      'C4A_SETTING_INVALID',
      {
        what: `Nothing can listen on '${host}'`,
        why: 'it is no address of this machine',
        todo: 'Set C4A_HOST to one, such as 127.0.0.1, or 0.0.0.0 for all of them',
      },
      { cause },
    )
  }
  return cause
}
