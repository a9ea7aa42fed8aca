import { createHash, randomBytes } from "node:crypto";

const SECRET_BYTES = 32;

/** Something nobody can guess, in hexadecimal. */
export function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString("hex");
}

/** What is kept of a secret: it is random, so that a plain hash cannot be turned back by guessing. */
export function secretHash(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}
