// The package can be imported under its name and under the earlier one, from a project that has installed both.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";

const packages = fileURLToPath(new URL("..", import.meta.url));
let project;

before(() => {
  project = mkdtempSync(join(tmpdir(), "socialplay-"));
  mkdirSync(join(project, "node_modules", "@gaming-platform"), { recursive: true });
  symlinkSync(packages, join(project, "node_modules", "socialplay"));
  symlinkSync(
    join(packages, "social-service-sdk"), join(project, "node_modules", "@gaming-platform", "social-service-sdk"));
});
after(() => rmSync(project, { recursive: true }));

const run = (program, ...options) => execFileSync(program, options, { cwd: project, encoding: "utf8" });

describe("the packages", () => {
  it("export the same classes at run time", () => {
    writeFileSync(join(project, "main.mjs"), `
      import * as earlier from "@gaming-platform/social-service-sdk";
      import * as socialplay from "socialplay";
      const names = Object.keys(earlier);
      if (names.some((name) => earlier[name] !== socialplay[name])) throw new Error("different classes");
      const client = new earlier.SocialServiceClient({ baseUrl: "http://127.0.0.1:9", apiKey: "x", retries: 0 });
      const failure = await client.health().catch((error) => error);
      console.log(names.includes("NotFound"), failure instanceof socialplay.ConnectionFailed);
    `);
    const output = run(process.execPath, "--preserve-symlinks", "main.mjs");
    assert.equal(output, "true true\n");
  });

  it("have the same types", () => {
    writeFileSync(join(project, "main.mts"), `
      import { SocialServiceClient, type Friends, type MessagePage } from "@gaming-platform/social-service-sdk";
      import {
        MediaClient, type MediaFile, MusiciansClient, SocialServiceClient as Client, type UserProfile,
      } from "socialplay";
      const client: Client = new SocialServiceClient({ baseUrl: "http://localhost:3003", apiKey: "x" });
      const friends: Friends = client.friends;
      const page: Promise<MessagePage> = client.messages.history("id");
      const media = new MediaClient({ baseUrl: "http://localhost:3000", apiKey: () => "x" });
      const file: Promise<MediaFile> = media.uploadTrack(new Blob([]), { onProgress: (sent, total) => sent / total });
      // @ts-expect-error A track has no profile.
      void media.uploadTrack(new Blob([]), { isProfileCover: true });
      const { profiles } = new MusiciansClient({ baseUrl: "http://localhost:3000" });
      const names: string[] = [];
      for await (const user of profiles.all()) names.push(user.displayName ?? user.username);
      const profile: Promise<UserProfile> = profiles.update("id", { bio: null, preferences: { privateProfile: true } });
      // @ts-expect-error A role is not the user's to change.
      void profiles.update("id", { role: "admin" });
      export { friends, page, file, profile };
    `);
    writeFileSync(join(project, "tsconfig.json"), JSON.stringify({
      compilerOptions: {
        target: "ES2022", module: "NodeNext", moduleResolution: "NodeNext", lib: ["ES2022", "DOM"], types: [],
        strict: true, noEmit: true, preserveSymlinks: true,
      },
      include: ["main.mts"],
    }));
    const { status, stdout } = spawnSync("tsc", ["-p", "."], { cwd: project, encoding: "utf8" });
    assert.deepEqual([status, stdout], [0, ""]);
  });
});
