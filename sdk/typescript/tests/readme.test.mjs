// The programs of the README work when they are pasted.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Session } from "../dist/index.js";
import { productUrl, unknownId, wave } from "./support/product.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const programs = [...readFileSync(join(root, "README.md"), "utf8").matchAll(/```javascript\n(.*?)```/gs)]
  .map(([, program]) => program).filter((program) => program.includes("from 'socialplay'"));
const password = "correct horse battery staple";
let project;

before(() => {
  project = mkdtempSync(join(tmpdir(), "socialplay-"));
  mkdirSync(join(project, "node_modules"));
  symlinkSync(root, join(project, "node_modules", "socialplay"));
  writeFileSync(join(project, "song.wav"), wave(10));
});
after(() => rmSync(project, { recursive: true }));

async function run(program) {
  const name = `p${unknownId().replaceAll("-", "").slice(0, 20)}`;
  await Session.register({ email: `${name}@example.com`, username: name, password }, { baseUrl: productUrl() });
  writeFileSync(join(project, "main.mjs"), program
    .replaceAll("http://localhost:3000", productUrl()).replaceAll("ada@example.com", `${name}@example.com`));
  const { stdout } = await promisify(execFile)(process.execPath, ["main.mjs"], { cwd: project });
  return { name, stdout };
}

describe("the README", () => {
  it("has five programs", () => assert.equal(programs.length, 5));

  it("logs in", async () => {
    const { name, stdout } = await run(programs[0]);
    assert.ok(stdout.startsWith(name), stdout);
    assert.match(stdout, /fileId is not valid/);
  });

  it("publishes, comments and reads", async () => {
    const { name, stdout } = await run(programs[1]);
    assert.equal(
      stdout,
      `${name} [ 'And play on Sunday.' ]\n${name}: We rehearse on Friday. #rehearsal (0 likes)\n1 of 1\n0 unread\n`);
  });

  it("changes a profile, follows and reads the feed", async () => {
    const { stdout } = await run(programs[2]);
    assert.match(
      stdout, /^Ada of London, 0 tracks\nfollows \S+: true\n(\S+ (track_published|profile_updated).*\n)*$/);
  });

  it("uploads, downloads and deletes", async () => {
    const { stdout } = await run(programs[3]);
    assert.match(stdout, /160044 of 160044 bytes\n.*\/media\/track\//);
    assert.match(stdout, /1024 \{ start: 0, end: 1023, total: 160044 \}/);
    assert.ok(readFileSync(join(project, "copy.wav")).equals(wave(10)));
  });

  it("resumes", async () => {
    assert.equal((await run(programs[4])).stdout, "160044\n");
  });
});
