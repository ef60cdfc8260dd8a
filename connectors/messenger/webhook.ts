export { handshake } from '../meta/handshake.ts'
export { verifySignature as verify } from '../meta/signature.ts'
export { splitMessaging as split } from '../meta/split-messaging.ts'
