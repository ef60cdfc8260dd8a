/** How many people get messages: enough that keys spread over partitions and lanes as in real traffic. */
const people = 5_000

/** One realistic send, some 480 bytes of JSON, to the nth person. */
export function sendBody(n: number, channel = 'whatsapp'): object {
  return {
    to: { channel, address: String(5_511_900_000_000 + (n % people)) },
    content: {
      type: 'text',
      text: `Olá! Seu pedido nº ${100_000 + n} saiu para entrega e chega hoje entre 14h e 16h. Acompanhe o entregador pelo aplicativo; se não houver ninguém em casa, deixamos com o porteiro. Obrigado por comprar conosco, e até a próxima!`,
    },
    metadata: {
      campaign: 'order-updates',
      orderId: `order-${100_000 + n}`,
      template: 'out-for-delivery-v3',
    },
  }
}

export const singleBodies = (count = 2_000, channel?: string): readonly string[] =>
  Array.from({ length: count }, (_, n) => JSON.stringify(sendBody(n, channel)))

/** Batches of `size` messages each. */
export const batchBodies = (size = 100, count = 50, channel?: string): readonly string[] =>
  Array.from({ length: count }, (_, nth) =>
    JSON.stringify({
      messages: Array.from({ length: size }, (_, n) => sendBody(nth * size + n, channel)),
    }),
  )
