/**
 * A key that no other call has. It is no secret: it only has to differ from the other keys of one person on one day, so
 * `Math.random` does where there is no global `crypto` (Node.js 18, pages without https).
 */
export function newIdempotencyKey(): string {
  const crypto: Crypto | undefined = globalThis.crypto;
  if (typeof crypto?.randomUUID === "function") return crypto.randomUUID();
  const digits = (): string => Math.random().toString(36).slice(2);
  return `${Date.now()}-${digits()}-${digits()}`;
}
