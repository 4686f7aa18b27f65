// Uploads in parts, by tus, on connections that break: against a running product that has them, else a server of tus.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { ConnectionFailed, MediaClient, NotFound, SocialServiceError, ValidationError } from "../dist/index.js";
import { musician, productUrl, unknownId, wave } from "./support/product.mjs";
import { TusServer } from "./support/TusServer.mjs";

let tus;
before(async () => {
  const answer = await fetch(`${productUrl()}/media/uploads`, { method: "OPTIONS" });
  if (answer.headers.get("Tus-Version") === null) tus = await TusServer.start();
});
after(() => tus?.stop());

/** A client, and a function that makes another one of the same user. */
async function uploader(options) {
  const { session } = tus === undefined ? await musician() : {};
  const baseUrl = tus?.url ?? productUrl();
  const another = (more) => new MediaClient({ baseUrl, apiKey: session?.token ?? "key", chunkBytes, ...more });
  return { media: another(options), another };
}

const chunkBytes = 100_000;
const content = (bytes) => {
  const all = new Uint8Array(bytes);
  for (let at = 0; at < bytes; at += 65_536) crypto.getRandomValues(all.subarray(at, Math.min(at + 65_536, bytes)));
  return all;
};

/** Does to each PATCH what the next step says, and what is usual when there are none; remembers the requests. */
function way(...steps) {
  const requests = [];
  const fetchOver = async (url, init) => {
    const request = { method: init.method, path: new URL(url).pathname, offset: init.headers.get("Upload-Offset") };
    requests.push(request);
    const step = init.method === "PATCH" ? steps.shift() : undefined;
    return step === undefined ? await fetch(url, init) : await step(url, init);
  };
  return { fetch: fetchOver, requests };
}
const broken = () => {
  throw new TypeError("the connection broke");
};
const answerIsLost = async (url, init) => {
  await (await fetch(url, init)).arrayBuffer();
  broken();
};
/** Sends the beginning of the part, without its checksum, and breaks. */
const isCut = async (url, init) => {
  const headers = new Headers(init.headers);
  headers.delete("Upload-Checksum");
  await (await fetch(url, { ...init, headers, body: init.body.slice(0, 30_000) })).arrayBuffer();
  broken();
};
const isDamaged = (url, init) => fetch(url, { ...init, body: new Uint8Array(init.body.byteLength) });
const isBusy = () =>
  new Response('{"success":false,"error":"Later"}', { status: 503, headers: { "Retry-After": "0" } });

describe("an upload in parts", () => {
  it("stores the file, with progress by the part", async () => {
    const over = way();
    const { media } = await uploader({ fetch: over.fetch });
    const bytes = content(250_000);
    const seen = [];
    const urls = [];
    const file = await media.uploadFile(new File([bytes], "Привет.bin"), {
      onProgress: (sent, total) => seen.push([sent, total]), onUploadUrl: (url) => urls.push(url),
    });
    assert.deepEqual([file.type, file.originalName, file.size], ["other", "Привет.bin", bytes.length]);
    assert.deepEqual(seen.map(([sent]) => sent), [0, 100_000, 200_000, 250_000]);
    assert.ok(urls.length === 1 && urls[0].endsWith(`/media/uploads/${file.fileId}`), urls.join());
    assert.deepEqual(await (await media.download(file.fileId)).bytes(), bytes);
    assert.deepEqual(
      over.requests.filter(({ method }) => method === "PATCH").map(({ offset }) => offset), ["0", "100000", "200000"]);
  });

  it("is a track, with its metadata, as a form is", async () => {
    const { media } = await uploader();
    const track = await media.uploadTrack(new File([wave(20)], "tone.wav"));
    assert.deepEqual([track.type, track.mimeType, track.originalName], ["track", "audio/wav", "tone.wav"]);
    const text = new Blob(["text".repeat(50_000)]);
    await assert.rejects(media.uploadTrack(text), ValidationError);
    await assert.rejects(
      media.uploadCover(text, { trackId: unknownId() }),
      (error) => error instanceof NotFound && /rack/.test(error.message));
  });

  it("goes on where it was, whatever happens on the way", async () => {
    for (const steps of [
      [broken], [undefined, answerIsLost], [undefined, isCut], [isDamaged], [isBusy, undefined, broken, answerIsLost],
      [undefined, undefined, answerIsLost], [broken, broken, broken, undefined, broken, broken, broken],
    ]) {
      const over = way(...steps);
      const { media } = await uploader({ fetch: over.fetch });
      const bytes = content(250_000);
      const file = await media.uploadFile(bytes);
      assert.deepEqual(await (await media.download(file.fileId)).bytes(), bytes, String(steps));
    }
  });

  it("ends when it fails more often than one says, and is resumed by its address", async () => {
    const over = way(undefined, broken, broken);
    const { media, another } = await uploader({ retries: 1, fetch: over.fetch });
    const bytes = content(250_000);
    let uploadUrl;
    await assert.rejects(
      media.uploadFile(bytes, { onUploadUrl: (url) => { uploadUrl = url; } }), ConnectionFailed);

    // As after a restart: another client, which knows the address and the session.
    const again = way();
    const restarted = another({ fetch: again.fetch });
    const seen = [];
    const file = await restarted.uploadFile(bytes, { uploadUrl, onProgress: (sent) => seen.push(sent) });
    assert.deepEqual([seen[0], seen.at(-1)], [100_000, 250_000]);
    assert.deepEqual(again.requests.slice(0, 2).map(({ method }) => method), ["HEAD", "PATCH"]);
    assert.deepEqual(await (await media.download(file.fileId)).bytes(), bytes);
    // A file that is complete is found, and nothing is sent.
    assert.equal((await restarted.uploadFile(bytes, { uploadUrl })).fileId, file.fileId);
    await assert.rejects(restarted.uploadFile(bytes.slice(1), { uploadUrl }), TypeError);
    await assert.rejects(restarted.uploadFile(bytes, { uploadUrl: "https://elsewhere.example/x" }), TypeError);
  });

  it("begins anew when it does not exist any more, and can be deleted", async () => {
    const over = way(undefined, broken, broken, broken, broken);
    const { media } = await uploader({ fetch: over.fetch });
    const bytes = content(250_000);
    const urls = [];
    const options = { onUploadUrl: (url) => urls.push(url) };
    await assert.rejects(media.uploadFile(bytes, options), ConnectionFailed);
    await media.deleteUpload(urls[0]);
    await assert.rejects(media.deleteUpload(urls[0]), SocialServiceError);
    const file = await media.uploadFile(bytes, { ...options, uploadUrl: urls[0] });
    assert.deepEqual([urls.length, urls[1].endsWith(file.fileId)], [2, true]);
    assert.deepEqual(await (await media.download(file.fileId)).bytes(), bytes);
  });

  it("ends with the caller's signal", async () => {
    const { media } = await uploader();
    const controller = new AbortController();
    const reason = new Error("enough");
    const onProgress = (sent) => sent > 0 && controller.abort(reason);
    await assert.rejects(
      media.uploadFile(content(250_000), { onProgress, signal: controller.signal }), (error) => error === reason);
  });
});
