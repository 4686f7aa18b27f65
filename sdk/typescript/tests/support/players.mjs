// Users of SocialPlay, for the tests of its client.
import assert from "node:assert/strict";
import { createHmac, randomUUID } from "node:crypto";
import { SocialPlayClient, SocialServiceError } from "../../dist/index.js";
import { needed, productUrl } from "./product.mjs";

export const password = "correct horse 42";

export const refusal = (kind, status, code) => (error) => {
  assert.ok(error instanceof SocialServiceError, String(error));
  assert.deepEqual([error.constructor, error.status], [kind, status], error.message);
  if (code !== undefined) assert.equal(error.code, code);
  assert.ok(error.message.length > 0 && error.requestId.length > 0);
  return true;
};

export const client = (apiKey, baseUrl = productUrl()) => new SocialPlayClient({ baseUrl, apiKey, retries: 0 });
export const anyone = () => client(undefined);
export const administrator = () => client(needed("SOCIALPLAY_ADMIN_TOKEN"));
export const word = (letter) => letter + randomUUID().replaceAll("-", "");

/** A new user, with a client of their first session. */
export async function player() {
  const name = word("p").slice(0, 20);
  const email = `${name}@example.com`;
  const { user, accessToken } = await anyone().accounts.register({ email, username: name, password, firstName: "Ada" });
  return { id: user.id, name, email, client: client(accessToken) };
}

export const players = (count) => Promise.all(Array.from({ length: count }, () => player()));

export const collect = async (entries) => {
  const all = [];
  for await (const entry of entries) all.push(entry);
  return all;
};

export const ids = async (entries) => (await collect(entries)).map(({ id }) => id);

/** The one-time password of an authenticator (RFC 6238), some seconds ahead. */
export function totp(secret, ahead = 0) {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor((Date.now() / 1000 + ahead) / 30)));
  const digest = createHmac("sha1", key).update(counter).digest();
  const number = digest.readUInt32BE(digest[19] & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, "0");
}
