import { randomUUID } from "node:crypto";
import { SocialServiceClient } from "../../dist/index.js";

/** What an environment variable says. These tests prove nothing without a product, so they do not pass without one. */
export function needed(name) {
  const value = process.env[name];
  if (!value) {
    throw new Error(
      `Set ${name}: these tests need a running product (SOCIALPLAY_URL, such as http://127.0.0.1:3003, and its ` +
        "INTERNAL_API_TOKEN)");
  }
  return value;
}

export const productUrl = () => needed("SOCIALPLAY_URL").replace(/\/+$/, "");

/** An id of no user. */
export const unknownId = () => randomUUID();

/** A new user, with a name that is not taken, and a client with their token. */
export async function join({ below = "" } = {}) {
  const name = `p${randomUUID().replaceAll("-", "").slice(0, 20)}`;
  const response = await fetch(`${productUrl()}/api/v1/auth/register`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ email: `${name}@example.com`, username: name, password: "correct horse battery staple" }),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(`Cannot register: ${response.status} ${JSON.stringify(answer)}`);
  const client = new SocialServiceClient({ baseUrl: productUrl() + below, apiKey: answer.accessToken });
  return { id: answer.user.id, username: answer.user.username, client };
}

/** Two people who are friends. One asks below `/social`, as in production, the other one without it. */
export async function friends() {
  const [one, other] = await Promise.all([join({ below: "/social" }), join()]);
  const { id } = await one.client.friends.sendRequest({ toUserId: other.id });
  await other.client.friends.accept(id);
  return [one, other];
}

/** The client of another service. */
export const service = () =>
  new SocialServiceClient({ baseUrl: `${productUrl()}/social`, internalToken: needed("INTERNAL_API_TOKEN") });

/** Asks until the answer is as it should be: what workers do takes its time. */
export async function eventually(what, ask, isGood) {
  const end = Date.now() + 15_000;
  for (;;) {
    const answer = await ask();
    if (isGood(answer)) return answer;
    if (Date.now() > end) throw new Error(`Never came true: ${what}; the last answer was ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
