// What the media client does when the service, or the way there, misbehaves: against a server that does so on purpose.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { ConnectionFailed, MediaClient, RateLimited, ServerError } from "../dist/index.js";
import { answer, hangUp, MisbehavingServer, stayQuiet } from "./support/MisbehavingServer.mjs";

const file = {
  fileId: "1", userId: "2", type: "other", originalName: "file", fileName: "1", mimeType: "text/plain", size: 4,
  url: "u",
};
const stored = answer(200, { success: true, file });
const refuse = (status, headers) => answer(status, { success: false, error: "No" }, headers);
let server;
const client = (options = {}) => new MediaClient({ baseUrl: server.url, apiKey: "key", ...options });

before(async () => {
  server = await MisbehavingServer.start();
});
after(() => server.stop());

describe("a form", () => {
  it("is sent again, whole, when the service refused to begin", async () => {
    for (const status of [429, 503]) {
      server.will(refuse(status), stored);
      const seen = [];
      assert.deepEqual(await client().uploadFile(new Blob(["text"]), { onProgress: (sent) => seen.push(sent) }), file);
      assert.deepEqual(seen, [0, 4, 0, 4]);
      const [first, second] = server.requests;
      assert.ok(first.body.includes("\r\n\r\ntext\r\n--"));
      assert.deepEqual(first.body.match(/filename="file"/g)?.length, 1);
      assert.equal(
        first.body.replaceAll(/socialplay-\w+/g, ""), second.body.replaceAll(/socialplay-\w+/g, ""));
      assert.equal(Number(second.headers["content-length"]), second.body.length);
    }
  });

  it("is not sent again when it may have arrived", async () => {
    for (const step of [hangUp, answer(502), answer(504)]) {
      server.will(step);
      await assert.rejects(client().uploadFile(new Blob(["text"])));
      assert.equal(server.requests.length, 1);
    }
    server.will(stayQuiet);
    const error = await client({ timeoutMilliseconds: 50 }).uploadFile(new Blob(["text"])).catch((error) => error);
    assert.deepEqual([error.constructor, error.isTimeout, server.requests.length], [ConnectionFailed, true, 1]);
  });

  it("has any size when the service knows no other way", async () => {
    for (const status of [404, 405, 501]) {
      server.will(refuse(status), stored);
      await client({ chunkBytes: 10 }).uploadFile(new Blob(["x".repeat(100)]));
      assert.deepEqual(
        server.requests.map(({ method, url }) => `${method} ${url}`),
        ["POST /social/media/uploads", "POST /social/media/upload/file"]);
    }
    server.will(refuse(429, { "Retry-After": "31" }));
    const error = await client().uploadFile(new Blob(["text"]), { resumable: true }).catch((error) => error);
    assert.deepEqual([error.constructor, error.retryAfterSeconds], [RateLimited, 31]);
  });
});

describe("a download", () => {
  const text = "0123456789".repeat(10_000);
  const tag = '"one"';
  /** Sends `count` bytes of the range that is asked for, or all of them, and hangs up then. */
  const send = (count, etag = tag) => (response) => {
    const [, start = 0] = /^bytes=(\d+)-/.exec(response.req.headers.range ?? "") ?? [];
    const isSame = response.req.headers["if-range"] === undefined || response.req.headers["if-range"] === etag;
    const from = isSame ? Number(start) : 0;
    response.writeHead(from > 0 ? 206 : 200, {
      "Content-Type": "text/plain", ETag: etag, "Content-Length": text.length - from,
      ...from > 0 && { "Content-Range": `bytes ${from}-${text.length - 1}/${text.length}` },
    });
    response.write(text.slice(from, from + count), () => {
      if (from + count < text.length) response.destroy();
      else response.end();
    });
  };
  const read = async (download) => new TextDecoder().decode(await download.bytes());

  it("goes on where it was", async () => {
    server.will(send(30_000), hangUp, send(30_000), send(1_000_000));
    assert.equal(await read(await client().download("1")), text);
    const asked = server.requests.map(({ headers }) => [headers.range, headers["if-range"]]);
    assert.deepEqual([asked[0], asked.length], [[undefined, undefined], 4]);
    assert.deepEqual(asked.slice(1).map(([, condition]) => condition), [tag, tag, tag]);
    assert.ok(asked.slice(1).every(([range]) => /^bytes=[1-9]\d*-$/.test(range)), String(asked));
  });

  it("of a range goes on where it was, also where a browser hides the range", async () => {
    const hidden = (step) => (response) => {
      const { writeHead } = response;
      response.writeHead = (status, { "Content-Range": _, ...headers }) => writeHead.call(response, status, headers);
      step(response);
    };
    server.will(hidden(send(30_000)), hidden(send(1_000_000)));
    const download = await client().downloadRange("1", 10);
    assert.equal(download.range, undefined);
    assert.equal(await read(download), text.slice(10));
    assert.match(server.requests[1].headers.range, /^bytes=\d{4,}-$/);
  });

  it("ends when the file changes, or as often as one says", async () => {
    server.will(send(30_000), send(1_000_000, '"two"'));
    await assert.rejects(read(await client().download("1")), ConnectionFailed);
    server.will(send(30_000));
    await assert.rejects(read(await client({ retries: 0 }).download("1")), ConnectionFailed);
    assert.equal(server.requests.length, 1);
    server.will(refuse(503));
    await assert.rejects(client({ retries: 1 }).download("1"), ServerError);
    assert.equal(server.requests.length, 2);
  });

  it("is not ended by a reader that takes its time, but by a service that does", async () => {
    server.will(send(1_000_000));
    const download = await client({ timeoutMilliseconds: 200 }).download("1");
    const reader = download.body.getReader();
    const first = await reader.read();
    await new Promise((resolve) => setTimeout(resolve, 400));
    let length = first.value.length;
    for (let next = await reader.read(); !next.done; next = await reader.read()) length += next.value.length;
    assert.equal(length, text.length);

    server.will((response) => {
      response.writeHead(200, { "Content-Length": "10" });
      response.write("1");
    });
    const stalled = await client({ timeoutMilliseconds: 100, retries: 0 }).download("1");
    await assert.rejects(stalled.bytes(), (error) => error instanceof ConnectionFailed && error.isTimeout);
  });
});
