// What the client does when the service, or the way there, misbehaves: against a server that does so on purpose.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { inspect } from "node:util";
import {
  ConnectionFailed, RateLimited, ServerError, SocialServiceClient, SocialServiceError, Unauthorized, UnreadableAnswer,
  ValidationError,
} from "../dist/index.js";
import {
  answer, breakOff, hangUp, MisbehavingServer, refuse, stall, stayQuiet,
} from "./support/MisbehavingServer.mjs";

const message = { toUserId: "someone", content: "hi" };
const busy = refuse(503, "SERVICE_UNAVAILABLE");
let server;
const client = (options = {}) => new SocialServiceClient({ baseUrl: server.url, apiKey: "the-secret-key", ...options });

before(async () => {
  server = await MisbehavingServer.start();
});
after(() => server.stop());

describe("what is safe to repeat", () => {
  for (const [what, step] of Object.entries({
    "429": refuse(429, "RATE_LIMIT_EXCEEDED"), "502": answer(502, "Bad Gateway"), "503": busy, "504": answer(504),
    "a connection that closes": hangUp, "a connection that breaks": breakOff,
  })) {
    it(`is repeated after ${what}`, async () => {
      server.will(step, step, answer(200, []));
      assert.deepEqual(await client().friends.requests(), []);
      assert.equal(server.requests.length, 3);
    });
  }

  it("is repeated by PUT and DELETE too", async () => {
    server.will(hangUp, answer(204));
    assert.equal(await client().messages.markRead("one"), undefined);
    server.will(hangUp, answer(204));
    assert.equal(await client().friends.remove("one"), undefined);
    assert.deepEqual(server.requests.map(({ method }) => method), ["DELETE", "DELETE"]);
  });

  it("is repeated three times and no more, or as often as one says", async () => {
    server.will(busy);
    await assert.rejects(client().friends.requests(), ServerError);
    assert.equal(server.requests.length, 4);
    for (const retries of [0, 1]) {
      server.will(hangUp);
      await assert.rejects(client({ retries }).friends.requests(), ConnectionFailed);
      assert.equal(server.requests.length, retries + 1);
    }
  });

  it("is not repeated after a refusal", async () => {
    for (const status of [400, 401, 403, 404, 409, 500]) {
      server.will(refuse(status, "CODE"));
      await assert.rejects(client().friends.requests(), { status, code: "CODE", requestId: "request-1" });
      assert.equal(server.requests.length, 1);
    }
  });
});

describe("a message", () => {
  it("keeps its key however often it is sent, and has another one in the next call", async () => {
    server.will(hangUp, busy, breakOff, answer(201, { id: "1" }));
    assert.deepEqual(await client().messages.send(message), { id: "1" });
    const keys = server.requests.map(({ headers }) => headers["idempotency-key"]);
    assert.equal(keys.length, 4);
    assert.match(keys[0], /^[\x21-\x7E]{20,255}$/);
    assert.equal(new Set(keys).size, 1);
    assert.deepEqual(server.requests.map(({ body }) => JSON.parse(body)), keys.map(() => message));

    server.will(answer(201, { id: "2" }));
    await client().messages.send(message);
    assert.notEqual(server.requests[0].headers["idempotency-key"], keys[0]);
  });

  it("has a key where there is no global crypto", async () => {
    const own = Object.getOwnPropertyDescriptor(globalThis, "crypto");
    Object.defineProperty(globalThis, "crypto", { value: undefined, configurable: true });
    try {
      server.will(answer(201, { id: "1" }));
      await client().messages.send(message);
      await client().messages.send(message);
    } finally {
      if (own === undefined) delete globalThis.crypto;
      else Object.defineProperty(globalThis, "crypto", own);
    }
    const [first, second] = server.requests.map(({ headers }) => headers["idempotency-key"]);
    assert.match(first, /^[\x21-\x7E]{20,255}$/);
    assert.notEqual(first, second);
  });

  it("keeps the key of the caller, which has to be one", async () => {
    server.will(hangUp, answer(201, { id: "1" }));
    await client().messages.send({ ...message, idempotencyKey: "mine" });
    assert.deepEqual(server.requests.map(({ headers }) => headers["idempotency-key"]), ["mine", "mine"]);
    for (const idempotencyKey of ["", "a b", "ключ", "x".repeat(256)]) {
      await assert.rejects(client().messages.send({ ...message, idempotencyKey }), TypeError);
    }
  });
});

describe("what may not happen twice", () => {
  it("is not repeated when the outcome is unknown", async () => {
    for (const step of [hangUp, breakOff, answer(502), answer(504)]) {
      server.will(step);
      await assert.rejects(client().friends.sendRequest({ toUserId: "someone" }));
      assert.equal(server.requests.length, 1);
    }
    server.will(stayQuiet);
    await assert.rejects(client({ timeoutMilliseconds: 50 }).friends.accept("one"), ConnectionFailed);
    assert.equal(server.requests.length, 1);
  });

  it("is repeated when the service refused to begin", async () => {
    for (const step of [refuse(429, "RATE_LIMIT_EXCEEDED"), busy]) {
      server.will(step, answer(201, { id: "1" }));
      assert.deepEqual(await client().friends.sendRequest({ toUserId: "someone" }), { id: "1" });
      assert.equal(server.requests.length, 2);
    }
  });
});

describe("Retry-After", () => {
  it("is waited for", async () => {
    server.will(refuse(429, "RATE_LIMIT_EXCEEDED", { "Retry-After": "1" }), answer(200, []));
    await client().friends.requests();
    const [first, second] = server.requests;
    assert.ok(second.at - first.at >= 990, `waited ${second.at - first.at} ms`);
  });

  it("may be a date", async () => {
    const soon = new Date(Date.now() + 2_000).toUTCString();
    server.will(refuse(503, "SERVICE_UNAVAILABLE", { "Retry-After": soon }), answer(200, []));
    await client().friends.requests();
    const [first, second] = server.requests;
    assert.ok(second.at - first.at >= 900, `waited ${second.at - first.at} ms`);
  });

  it("is left to the caller when it is long", async () => {
    server.will(refuse(429, "RATE_LIMIT_EXCEEDED", { "Retry-After": "31" }));
    const error = await client().friends.requests().catch((error) => error);
    assert.ok(error instanceof RateLimited);
    assert.equal(error.retryAfterSeconds, 31);
    assert.equal(server.requests.length, 1);
  });

  it("does not matter when it says nothing", async () => {
    for (const nonsense of ["soon", "-1", "1.5", "2024-03-15"]) {
      server.will(refuse(429, "RATE_LIMIT_EXCEEDED", { "Retry-After": nonsense }));
      const error = await client({ retries: 1 }).friends.requests().catch((error) => error);
      assert.equal(error.retryAfterSeconds, undefined);
      assert.equal(server.requests.length, 2);
    }
  });
});

describe("time", () => {
  it("is up when there is no answer, or only half of one", async () => {
    for (const step of [stayQuiet, stall]) {
      server.will(step);
      const error = await client({ timeoutMilliseconds: 100, retries: 1 }).health().catch((error) => error);
      assert.ok(error instanceof ConnectionFailed);
      assert.equal(error.isTimeout, true);
      assert.equal(error.message, "The service did not answer within 100 ms");
      assert.equal(server.requests.length, 2);
    }
  });

  it("is up when the caller says so", async () => {
    const reason = new Error("enough");
    for (const step of [stayQuiet, stall, refuse(503, "SERVICE_UNAVAILABLE", { "Retry-After": "20" })]) {
      server.will(step);
      const controller = new AbortController();
      setTimeout(() => controller.abort(reason), 50);
      const began = performance.now();
      await assert.rejects(client().friends.requests({}, { signal: controller.signal }), (error) => error === reason);
      assert.ok(performance.now() - began < 5_000);
      assert.equal(server.requests.length, 1);
    }
    server.will(answer(200, []));
    const signal = AbortSignal.abort(reason);
    await assert.rejects(client().friends.requests({}, { signal }), (error) => error === reason);
    assert.equal(server.requests.length, 0);
  });
});

describe("answers", () => {
  it("are read up to 8 MiB and no further", async () => {
    const limit = 8 * 1024 * 1024;
    server.will(answer(200, ["x".repeat(limit - 4)]));
    assert.equal((await client().friends.requests())[0].length, limit - 4);

    let sent = 0;
    server.will((response) => {
      response.writeHead(200, { "Content-Type": "application/json" });
      const chunk = Buffer.alloc(65_536, 32);
      const write = () => {
        while (!response.destroyed && sent < 64 * limit) {
          sent += chunk.length;
          if (!response.write(chunk)) return void response.once("drain", write);
        }
      };
      write();
    });
    await assert.rejects(client().friends.requests(), UnreadableAnswer);
    assert.equal(server.requests.length, 1);
    assert.ok(sent < 4 * limit, `${sent} bytes were sent`);
  });

  it("have to be the service's", async () => {
    const page = (status) => (response) => {
      response.writeHead(status, { "Content-Type": "text/html" });
      response.end("<h1>A proxy</h1>");
    };
    server.will(page(200));
    const unreadable = { name: "UnreadableAnswer", code: "UNREADABLE_ANSWER", status: 200 };
    await assert.rejects(client().friends.requests(), unreadable);
    assert.equal(server.requests.length, 1);
    server.will(page(418));
    await assert.rejects(client().friends.requests(), (error) => {
      assert.equal(error.constructor, SocialServiceError);
      assert.deepEqual(
        [error.status, error.code, error.message, error.path],
        [418, "UNKNOWN", "The service answered with status 418", "/social/v1/friends/requests"]);
      return true;
    });
  });

  it("do not lead elsewhere", async () => {
    server.will(answer(307, undefined, { Location: `${server.url}/v1/health` }));
    await assert.rejects(client({ internalToken: "t" }).integration.friendsForAchievements("one"), { status: 307 });
    assert.equal(server.requests.length, 1);
  });

  it("may say that the service is degraded", async () => {
    const body = { status: "degraded", dependencies: { redis: { status: "error", responseTime: "1000ms" } } };
    server.will(answer(503, body));
    assert.deepEqual(await client().detailedHealth(), body);
    assert.equal(server.requests.length, 1);
    server.will(busy);
    await assert.rejects(client().detailedHealth(), ServerError);
  });
});

describe("requests", () => {
  it("carry each id as one segment, the query, and the right token", async () => {
    server.will(answer(200, {}));
    const one = client({ internalToken: "the-internal-token" });
    await one.messages.history("a/b ?#%2e", { page: 2, limit: 3, before: "x&y=z" });
    await one.integration.connection("a", "b");
    await one.health();
    const [person, service, anyone] = server.requests;
    assert.equal(person.url, "/social/v1/messages/conversations/a%2Fb%20%3F%23%252e?page=2&limit=3&before=x%26y%3Dz");
    assert.deepEqual(
      [person, service, anyone].map(({ headers }) => [headers.authorization, headers["x-internal-token"]]),
      [["Bearer the-secret-key", undefined], [undefined, "the-internal-token"], [undefined, undefined]]);
  });

  it("go where the base URL leads, with a slash at its end or without", async () => {
    server.will(answer(200, {}));
    const root = server.url.replace("/social", "");
    for (const baseUrl of [root, `${root}/`, `${server.url}/`]) await client({ baseUrl }).health();
    assert.deepEqual(server.requests.map(({ url }) => url), ["/v1/health", "/v1/health", "/social/v1/health"]);
  });

  it("are made by a client that was made properly", () => {
    for (const baseUrl of ["nowhere", "ftp://host", "http://user:word@host", "http://host/?q", "http://host/#f"]) {
      assert.throws(() => client({ baseUrl }), TypeError);
    }
    for (const timeoutMilliseconds of [0, -1, Number.NaN, Infinity]) {
      assert.throws(() => client({ timeoutMilliseconds }), RangeError);
    }
    for (const retries of [-1, 1.5, Number.NaN]) assert.throws(() => client({ retries }), RangeError);
  });
});

describe("secrets", () => {
  const secret = "sesame-open-up";
  const shown = (thing) =>
    [inspect(thing, { depth: null, showHidden: true, getters: true }), JSON.stringify(thing), `${thing}`, thing.stack]
      .join("\n");

  it("do not show in clients", () => {
    const one = client({ apiKey: secret, internalToken: secret });
    assert.ok(!shown(one).includes(secret));
    assert.ok(!shown(one.friends).includes(secret));
  });

  it("do not show in errors", async () => {
    const options = { apiKey: secret, internalToken: secret, retries: 0 };
    const talkative = async (url, init) => {
      throw Object.assign(new Error(`failed with ${init.headers.get("Authorization")}`), { init, code: secret });
    };
    const errors = [];
    for (const [step, more] of [
      [refuse(401, "UNAUTHORIZED"), {}], [refuse(400, "VALIDATION_ERROR"), {}], [hangUp, {}],
      [stayQuiet, { timeoutMilliseconds: 50 }], [answer(200, "no object"), {}], [hangUp, { fetch: talkative }],
    ]) {
      server.will(step);
      errors.push(await client({ ...options, ...more }).friends.list().catch((error) => error));
    }
    assert.deepEqual(
      errors.map((error) => error.constructor),
      [Unauthorized, ValidationError, ConnectionFailed, ConnectionFailed, UnreadableAnswer, ConnectionFailed]);
    for (const apiKey of [`${secret}\n`, `${secret} `, `${secret}ы`]) {
      assert.throws(() => client({ apiKey }), (error) => errors.push(error) > 0);
    }
    for (const error of errors) assert.ok(!shown(error).includes(secret), shown(error));
  });

  it("say what was wrong with the connection all the same", async () => {
    const gone = client({ baseUrl: "http://127.0.0.1:1", retries: 0 });
    await assert.rejects(gone.health(), { name: "ConnectionFailed", isTimeout: false });
    const closed = await MisbehavingServer.start();
    const { url } = closed;
    await closed.stop();
    await assert.rejects(client({ baseUrl: url, retries: 0 }).health(), {
      message: "The connection to the service failed: ECONNREFUSED",
    });
  });
});
