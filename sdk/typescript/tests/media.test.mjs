// Uploads, downloads, ranges, deletion and errors of media, against a running product.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, openAsBlob, openSync, ftruncateSync, closeSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join as path } from "node:path";
import { before, describe, it } from "node:test";
import { promisify } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import {
  MediaClient, NotFound, RangeNotSatisfiable, RateLimited, Session, SocialServiceError, Unauthorized,
  ValidationError,
} from "../dist/index.js";
import { eventually, largeTrack, musician, needed, png, productUrl, unknownId, wave } from "./support/product.mjs";

before(() => {
  needed("SOCIALPLAY_URL");
  needed("SOCIALPLAY_LIMITED_URL");
});

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc");

const random = (bytes) => {
  const all = new Uint8Array(bytes);
  for (let at = 0; at < bytes; at += 65_536) crypto.getRandomValues(all.subarray(at, Math.min(at + 65_536, bytes)));
  return all;
};
const refusal = (kind, status, code) => (error) => {
  assert.ok(error instanceof SocialServiceError, String(error));
  assert.deepEqual([error.constructor, error.status, error.code], [kind, status, code]);
  assert.ok(error.message.length > 0 && error.requestId.length > 0);
  return true;
};

describe("a form upload", () => {
  it("stores a file with its name and reports its progress", async () => {
    const { id, media } = await musician();
    const bytes = random(1_000_000);
    const seen = [];
    const file = await media.uploadFile(new Blob([bytes]), {
      fileName: "Привет \"мир\".bin", onProgress: (sent, total) => seen.push([sent, total]),
    });
    assert.deepEqual(
      [file.userId, file.type, file.originalName, file.size], [id, "other", "Привет \"мир\".bin", bytes.length]);
    assert.match(file.createdAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.deepEqual([seen[0], seen.at(-1)], [[0, bytes.length], [bytes.length, bytes.length]]);
    assert.ok(seen.length > 4, `progress was reported ${seen.length} times`);
    assert.ok(seen.every(([sent], at) => at === 0 || sent > seen[at - 1][0]), "progress went back");
    assert.deepEqual(await (await media.download(file.fileId)).bytes(), bytes);
  });

  it("takes the name of a File, and bytes without one", async () => {
    const { media } = await musician();
    assert.equal((await media.uploadFile(new File(["text"], "a.txt"))).originalName, "a.txt");
    assert.equal((await media.uploadFile(new TextEncoder().encode("text"))).originalName, "file");
  });

  it("has its begin and its end in a page, where fetch sends no streams", async () => {
    const { session } = await musician();
    const program = `
      globalThis.window = globalThis;
      const { MediaClient } = await import(${JSON.stringify(new URL("../dist/index.js", import.meta.url).href)});
      const media = new MediaClient({ baseUrl: process.env.BASE, apiKey: process.env.TOKEN });
      const seen = [];
      const file = await media.uploadFile(new Blob(["x".repeat(1_000_000)]), { onProgress: (sent) => seen.push(sent) });
      console.log(file.size, (await (await media.download(file.fileId)).bytes()).length, seen.join());
    `;
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program], {
      env: { BASE: productUrl(), TOKEN: await session.token() },
    });
    assert.equal(stdout, "1000000 1000000 0,1000000\n");
  });

  it("ends with the caller's signal", async () => {
    const { media } = await musician();
    const controller = new AbortController();
    const reason = new Error("enough");
    const upload = media.uploadFile(random(4_000_000), {
      signal: controller.signal, onProgress: (sent) => sent > 100_000 && controller.abort(reason),
    });
    await assert.rejects(upload, (error) => error === reason);
  });

  it("that is large is not held in memory", async () => {
    const folder = mkdtempSync(path(tmpdir(), "socialplay-"));
    try {
      const large = openSync(path(folder, "large"), "w");
      ftruncateSync(large, 200_000_000);
      closeSync(large);
      const { media } = await musician();
      const source = await openAsBlob(path(folder, "large"));
      let most = 0;
      let measured = 0;
      const onProgress = (sent) => {
        if (sent < measured + 5_000_000) return;
        measured = sent;
        collectGarbage();
        most = Math.max(most, process.memoryUsage().arrayBuffers);
      };
      await assert.rejects(
        media.uploadFile(source, { onProgress, resumable: false }), refusal(ValidationError, 413, "TOO_LARGE"));
      const head = wave(0);
      head.writeUInt32LE(largeTrack - 8, 4);
      head.writeUInt32LE(largeTrack - 44, 40);
      const track = new Blob([head, source.slice(0, largeTrack - 44)]);
      measured = 0;
      assert.equal((await media.uploadTrack(track, { onProgress, resumable: false })).size, largeTrack);
      assert.ok(measured > largeTrack - 10_000_000);
      assert.ok(most < 60_000_000, `${most} bytes were held`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("avatars, tracks and covers", () => {
  it("are stored for what they are", async () => {
    const { id, media } = await musician();
    const avatar = await media.uploadAvatar(png(300), { fileName: "me.png" });
    assert.deepEqual([avatar.type, avatar.mimeType], ["avatar", "image/png"]);
    const track = await media.uploadTrack(wave(2), { fileName: "tone.wav" });
    assert.deepEqual([track.type, track.mimeType, track.url.endsWith(`/media/track/${track.fileId}`)],
      ["track", "audio/wav", true]);
    const cover = await media.uploadCover(png(300), { trackId: track.fileId });
    assert.equal(cover.type, "cover");
    assert.equal((await media.uploadCover(png(300), { isProfileCover: true })).type, "cover");

    const ready = await eventually(
      "the avatar is ready", () => media.status(avatar.fileId), ({ status }) => status === "ready");
    assert.deepEqual([ready.file.metadata.width, ready.file.metadata.height], [300, 300]);
    await eventually(
      "the cover is ready", () => media.status(cover.fileId), ({ status }) => status === "ready");
    for (const size of [undefined, 256]) {
      const picture = await media.downloadAvatar(id, { size });
      assert.equal(picture.type, "image/webp");
      assert.equal((await picture.blob()).size, picture.size);
    }
    assert.equal(Buffer.from(await (await media.downloadCover(track.fileId)).bytes()).toString("latin1", 8, 12), "WEBP");
    assert.deepEqual(Buffer.from(await (await media.downloadTrack(track.fileId)).bytes()), wave(2));
    await media.deleteTrack(track.fileId);
    await assert.rejects(media.downloadTrack(track.fileId), refusal(NotFound, 404, "NOT_FOUND"));
    await assert.rejects(media.waveform(track.fileId), refusal(NotFound, 404, "NOT_FOUND"));
  });
});

describe("a download", () => {
  it("arrives in pieces, needs no token and can be given up", async () => {
    const { media } = await musician();
    const bytes = random(3_000_000);
    const { fileId } = await media.uploadFile(bytes);
    const download = await new MediaClient({ baseUrl: productUrl() }).download(fileId);
    assert.deepEqual([download.size, download.range], [bytes.length, undefined]);
    assert.match(download.etag, /^".+"$/);
    let pieces = 0;
    const parts = [];
    for await (const piece of download.body) {
      pieces += 1;
      parts.push(piece);
    }
    assert.ok(pieces > 10);
    assert.ok(Buffer.concat(parts).equals(bytes));
    await (await media.download(fileId)).body.cancel();
  });

  it("may be of a range", async () => {
    const { media } = await musician();
    const bytes = random(100_000);
    const { fileId } = await media.uploadFile(bytes);
    for (const [start, end, last] of [[0, 0, 0], [10, 19, 19], [99_990, undefined, 99_999], [5, 1_000_000, 99_999]]) {
      const part = await media.downloadRange(fileId, start, end);
      assert.deepEqual(part.range, { start, end: last, total: bytes.length });
      assert.deepEqual(await part.bytes(), bytes.slice(start, last + 1));
    }
    const error = await media.downloadRange(fileId, 100_000).catch((error) => error);
    assert.deepEqual([error.constructor, error.code], [RangeNotSatisfiable, "RANGE_NOT_SATISFIABLE"]);
    for (const [start, end] of [[-1, 5], [5, 4], [0.5, 1], [0, Number.NaN]]) {
      await assert.rejects(media.downloadRange(fileId, start, end), TypeError);
    }
  });
});

describe("errors of media", () => {
  it("say what was wrong", async () => {
    const [{ media }, other] = await Promise.all([musician(), musician()]);
    await assert.rejects(media.uploadAvatar(new Blob(["text"])), refusal(ValidationError, 400, "VALIDATION_ERROR"));
    await assert.rejects(media.uploadAvatar(new Blob([])), (error) => error.message === "File is required");
    await assert.rejects(
      media.uploadCover(png(10), { trackId: unknownId() }), refusal(NotFound, 404, "NOT_FOUND"));
    await assert.rejects(media.uploadAvatar(random(11_000_000)), refusal(ValidationError, 413, "TOO_LARGE"));
    await assert.rejects(media.download(unknownId()), refusal(NotFound, 404, "NOT_FOUND"));
    await assert.rejects(media.status("no-id"), refusal(ValidationError, 400, "VALIDATION_ERROR"));
    await assert.rejects(media.deleteFile(".."), TypeError);
    await assert.rejects(media.uploadCover(png(10), { trackId: "x\r\n--" }), TypeError);

    const { fileId } = await media.uploadFile(new Blob(["text"]));
    await assert.rejects(other.media.deleteFile(fileId), refusal(NotFound, 404, "NOT_FOUND"));
    assert.equal(await media.deleteFile(fileId), undefined);
    await assert.rejects(media.deleteFile(fileId), refusal(NotFound, 404, "NOT_FOUND"));
  });

  it("tell of a wrong token, or of none", async () => {
    const wrong = new MediaClient({ baseUrl: productUrl(), apiKey: "wrong" });
    await assert.rejects(wrong.uploadFile(new Blob(["x"])), refusal(Unauthorized, 401, "UNAUTHORIZED"));
    await assert.rejects(wrong.uploadFile(random(5_000_000)), refusal(Unauthorized, 401, "UNAUTHORIZED"));
    await assert.rejects(new MediaClient({ baseUrl: productUrl() }).status(unknownId()), TypeError);
  });

  it("say when a limit has room again", async () => {
    const { media } = await musician({ baseUrl: needed("SOCIALPLAY_LIMITED_URL"), retries: 0 });
    for (let count = 0; count < 10; count += 1) await media.uploadFile(new Blob(["text"]));
    await assert.rejects(media.uploadFile(new Blob(["text"])), (error) => {
      refusal(RateLimited, 429, "RATE_LIMIT_EXCEEDED")(error);
      assert.ok(error.retryAfterSeconds > 0 && error.retryAfterSeconds <= 60);
      return true;
    });
  });
});

describe("a session", () => {
  const account = () => ({
    email: `p${unknownId()}@example.com`, username: `p${unknownId().replaceAll("-", "").slice(0, 20)}`,
    password: "correct horse battery staple",
  });
  const options = (more) => ({ baseUrl: productUrl(), ...more });

  it("logs in, exchanges its tokens and logs out", async () => {
    const who = account();
    await Session.register(who, options());
    const kept = [];
    const session = await Session.logIn(who, options({ onRefresh: (token) => kept.push(token) }));
    assert.equal(session.user.username, who.username);
    const first = await session.token();
    assert.equal(await session.token(), first);
    const [one, two] = await Promise.all([session.token(first), session.refresh()]);
    assert.deepEqual([one, kept.length], [two.accessToken, 1]);
    assert.notEqual(one, first);
    assert.equal(session.refreshToken, kept[0]);

    const restored = Session.restore(session.refreshToken, options());
    assert.equal(restored.user, undefined);
    const media = new MediaClient({ baseUrl: productUrl(), apiKey: restored.token });
    await assert.rejects(media.status(unknownId()), NotFound);
    assert.equal(restored.user.username, who.username);
    await restored.logOut();
    await assert.rejects(restored.refresh(), refusal(Unauthorized, 401, "UNAUTHORIZED"));
    await assert.rejects(
      Session.logIn({ ...who, password: "another one" }, options()), refusal(Unauthorized, 401, "UNAUTHORIZED"));
  });

  it("does not end when the answer of an exchange is lost", async () => {
    const who = account();
    const losses = { left: 2 };
    const lossy = async (url, init) => {
      const answer = await fetch(url, init);
      if (new URL(url).pathname !== "/auth/refresh" || losses.left === 0) return answer;
      losses.left -= 1;
      await answer.arrayBuffer();
      throw new TypeError("the connection broke");
    };
    const session = await Session.register(who, options({ fetch: lossy }));
    const first = session.refreshToken;
    const { refreshToken } = await session.refresh();
    assert.equal(losses.left, 0);
    assert.notEqual(refreshToken, first);
    await session.refresh();
  });

  it("gives a client another token when the first one is refused", async () => {
    const { session } = await musician();
    let asked = 0;
    const media = new MediaClient({
      baseUrl: productUrl(),
      apiKey: async (refused) => (asked += 1) === 1 ? "expired" : await session.token(refused),
    });
    assert.equal((await media.uploadFile(new Blob(["text"]))).type, "other");
    assert.equal(asked, 2);
  });
});
