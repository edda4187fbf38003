import type { IncomingMessage } from 'node:http'
import { tooLarge } from '../push/decode.ts'

/** Bytes of bodies that are being read, over all requests. */
export interface BodyBudget {
  used: number
  readonly most: number
}

/** Reads a body of at most `maxBytes`. Throws a 429 at the first byte beyond. */
export async function readBody(
  request: IncomingMessage,
  maxBytes: number,
  budget: BodyBudget,
): Promise<Buffer> {
  const announced = Number(request.headers['content-length'] ?? 0)
  if (announced > maxBytes) throw tooLarge(maxBytes, maxBytes)
  const parts: Buffer[] = []
  let size = 0
  try {
    for await (const part of request as AsyncIterable<Buffer>) {
      size += part.length
      budget.used += part.length
      if (size > maxBytes) throw tooLarge(maxBytes, maxBytes)
      if (budget.used > budget.most) throw tooLarge(budget.most, budget.most)
      parts.push(part)
    }
  } finally {
    budget.used -= size
  }
  return Buffer.concat(parts)
}
