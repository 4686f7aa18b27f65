import { randomUUID } from "node:crypto";
import { deflateSync } from "node:zlib";
import { MediaClient, Session, SocialServiceClient } from "../../dist/index.js";

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

/** The size of a track that is not to be held in memory, in bytes. */
export const largeTrack = Number(process.env.SOCIALPLAY_LARGE_TRACK ?? 199_000_000);

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

/** A new user on the musicians' surface: the session and a media client. */
export async function musician(options = {}) {
  const name = `p${randomUUID().replaceAll("-", "").slice(0, 20)}`;
  const baseUrl = options.baseUrl ?? productUrl();
  const session = await Session.register(
    { email: `${name}@example.com`, username: name, password: "correct horse battery staple" }, { baseUrl });
  return { id: session.user.id, session, media: new MediaClient({ baseUrl, apiKey: session.token, ...options }) };
}

/** A PNG of one colour, `side` pixels square. */
export function png(side) {
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const frame = Buffer.alloc(8 + body.length);
    frame.writeUInt32BE(data.length, 0);
    body.copy(frame, 4);
    frame.writeUInt32BE(crc(body), 4 + body.length);
    return frame;
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const rows = Buffer.alloc(side * (1 + 3 * side), 0x60);
  for (let row = 0; row < side; row += 1) rows[row * (1 + 3 * side)] = 0;
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** A WAV of a tone, 8,000 samples of 16 bits a second. */
export function wave(seconds) {
  const samples = 8_000 * seconds;
  const file = Buffer.alloc(44 + 2 * samples);
  file.write("RIFF", 0);
  file.writeUInt32LE(36 + 2 * samples, 4);
  file.write("WAVEfmt ", 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(8_000, 24);
  file.writeUInt32LE(16_000, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write("data", 36);
  file.writeUInt32LE(2 * samples, 40);
  for (let at = 0; at < samples; at += 1) file.writeInt16LE(Math.round(8_000 * Math.sin(at / 3)), 44 + 2 * at);
  return file;
}

const crc = (bytes) => {
  let rest = 0xffffffff;
  for (const byte of bytes) {
    rest ^= byte;
    for (let bit = 0; bit < 8; bit += 1) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  }
  return (rest ^ 0xffffffff) >>> 0;
};
