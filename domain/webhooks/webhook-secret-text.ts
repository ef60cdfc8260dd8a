/** A secret as its holder has it, and as every Standard Webhooks library takes it. */
export const webhookSecretText = (secret: Uint8Array): string =>
  `whsec_${Buffer.from(secret).toString('base64')}`
