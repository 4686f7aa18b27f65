// Profiles, follows and the feed, against a running product.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import {
  Conflict, Forbidden, MusiciansClient, NotFound, RateLimited, Session, SocialServiceError, Unauthorized,
  ValidationError,
} from "../dist/index.js";
import { eventually, musician, needed, productUrl, unknownId, wave } from "./support/product.mjs";

before(() => {
  needed("SOCIALPLAY_URL");
  needed("SOCIALPLAY_LIMITED_URL");
});

const refusal = (kind, status, code) => (error) => {
  assert.ok(error instanceof SocialServiceError, String(error));
  assert.deepEqual([error.constructor, error.status, error.code], [kind, status, code]);
  assert.ok(error.message.length > 0 && error.requestId.length > 0);
  return true;
};

/** A new musician, with a client of profiles and follows. */
async function person() {
  const user = await musician();
  const client = new MusiciansClient({ baseUrl: productUrl(), apiKey: user.session.token });
  return { ...user, name: user.session.user.username, ...client };
}

/** A client without a login. */
const anyone = () => new MusiciansClient({ baseUrl: productUrl() });

const collect = async (entries) => {
  const all = [];
  for await (const entry of entries) all.push(entry);
  return all;
};

describe("a profile", () => {
  it("is read by id and by name, also without a login", async () => {
    const { id, name, profiles } = await person();
    const profile = await profiles.byId(id);
    assert.deepEqual([profile.userId, profile.username, profile.role, profile.bio], [id, name, "listener", undefined]);
    assert.deepEqual(profile.stats, { tracksCount: 0, followersCount: 0, followingCount: 0, totalPlays: 0 });
    assert.deepEqual(profile.preferences, { emailNotifications: true, showOnlineStatus: true, privateProfile: false });
    assert.deepEqual(await anyone().profiles.byUsername(name.toUpperCase()), profile);
  });

  it("changes in what is named, and null clears", async () => {
    const { id, profiles } = await person();
    const changed = await profiles.update(id, {
      displayName: "John Doe", bio: "Musician from Moscow", genres: ["rock", "jazz"],
      socialLinks: { telegram: "@johndoe" }, preferences: { emailNotifications: false },
    });
    assert.deepEqual([changed.displayName, changed.genres], ["John Doe", ["rock", "jazz"]]);
    const cleared = await profiles.update(id, { bio: null, genres: null });
    assert.deepEqual(
      [cleared.displayName, cleared.bio, cleared.genres, cleared.socialLinks, cleared.preferences.emailNotifications],
      ["John Doe", undefined, [], { telegram: "@johndoe" }, false]);
    assert.deepEqual(await profiles.byId(id), cleared);
  });

  it("has tracks and other recordings, and says what it is to the viewer", async () => {
    const [owner, viewer] = await Promise.all([person(), person()]);
    const track = await owner.media.uploadTrack(wave(1), { fileName: "tone.wav" });
    const other = await owner.media.uploadFile(wave(1), { fileName: "podcast.wav" });
    const { profiles } = anyone();
    assert.deepEqual((await profiles.tracks(owner.name)).map(({ fileId }) => fileId), [track.fileId]);
    assert.deepEqual(
      (await profiles.audioFiles(owner.name)).map(({ fileId }) => fileId), [other.fileId, track.fileId]);

    const unseen = await profiles.publicProfile(owner.name);
    assert.deepEqual([unseen.tracks.length, unseen.isFollowing, unseen.isOwnProfile], [1, undefined, undefined]);
    await viewer.follows.follow(owner.id);
    const seen = await viewer.profiles.publicProfile(owner.name);
    assert.deepEqual([seen.followersCount, seen.isFollowing, seen.isOwnProfile], [1, true, false]);
    const own = await profiles.publicProfile(owner.name, { viewerId: owner.id });
    assert.deepEqual([own.isFollowing, own.isOwnProfile], [false, true]);
  });
});

describe("all users", () => {
  it("are iterated over pages, and are one list, without the excluded one", async () => {
    const people = await Promise.all([person(), person(), person()]);
    const ids = people.map(({ id }) => id).sort();
    const { profiles } = anyone();
    const page = await profiles.page({ limit: 2 });
    assert.deepEqual([page.entries.length, page.next], [2, page.entries[1].userId]);
    const next = await profiles.page({ limit: 2, cursor: page.next });
    assert.ok(next.entries[0].userId > page.next);

    // Users of other tests come and go meanwhile.
    const excludeUserId = people[0].id;
    for (const users of [await collect(profiles.all({ excludeUserId, limit: 2 })), await profiles.list({ excludeUserId })]) {
      const found = users.map(({ userId }) => userId);
      assert.equal(new Set(found).size, found.length);
      assert.deepEqual(found.filter((id) => ids.includes(id)), ids.filter((id) => id !== excludeUserId));
    }
  });

  it("are read no further than the iteration goes", async () => {
    await Promise.all([person(), person()]);
    let asked = 0;
    const counting = (url, init) => {
      asked += 1;
      return fetch(url, init);
    };
    const { profiles } = new MusiciansClient({ baseUrl: productUrl(), fetch: counting });
    for await (const { userId } of profiles.all({ limit: 1 })) {
      assert.ok(userId);
      break;
    }
    assert.equal(asked, 1);
  });
});

describe("follows", () => {
  it("begin, are listed and end", async () => {
    const [ada, bob, eve] = await Promise.all([person(), person(), person()]);
    const follow = await ada.follows.follow(bob.id);
    assert.deepEqual([follow.followerId, follow.followingId], [ada.id, bob.id]);
    assert.match(follow.createdAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.deepEqual(await ada.follows.follow(bob.id), follow);
    const second = await eve.follows.follow(bob.id);

    const { follows } = anyone();
    const page = await follows.followers(bob.id, { limit: 1 });
    assert.deepEqual(page, { entries: [second], next: second._id });
    assert.deepEqual(await follows.followers(bob.id, { limit: 1, cursor: page.next }),
      { entries: [follow], next: undefined });
    assert.deepEqual(await collect(follows.allFollowers(bob.id, { limit: 1 })), [second, follow]);
    assert.deepEqual(await collect(follows.allFollowing(ada.id)), [follow]);
    assert.deepEqual((await follows.following(ada.id)).entries, [follow]);
    assert.deepEqual(
      [await follows.isFollowing(ada.id, bob.id), await follows.isFollowing(bob.id, ada.id)], [true, false]);

    assert.equal(await ada.follows.unfollow(bob.id), undefined);
    assert.equal(await follows.isFollowing(ada.id, bob.id), false);
    await assert.rejects(ada.follows.unfollow(bob.id), refusal(NotFound, 404, "NOT_FOUND"));
  });
});

describe("the feed", () => {
  it("has what followed users did, the newest first", async () => {
    const [ada, bob] = await Promise.all([person(), person()]);
    assert.deepEqual(await ada.follows.feed(ada.id), { entries: [], next: undefined });
    await ada.follows.follow(bob.id);
    await bob.profiles.update(bob.id, { bio: "new" });
    const track = await bob.media.uploadTrack(wave(1), { fileName: "Night.wav" });
    const { entries } = await eventually(
      "the feed has both", () => ada.follows.feed(ada.id), ({ entries }) => entries.length === 2);
    assert.deepEqual(entries.map(({ action, userId }) => [action, userId]),
      [["track_published", bob.id], ["profile_updated", bob.id]]);
    assert.equal(entries[0].trackId, track.fileId);
    assert.equal(entries[1].trackId, undefined);
    assert.deepEqual(await collect(ada.follows.allFeed(ada.id, { limit: 1 })), entries);
  });

  it("goes on with the page that the service names, and ends where it names none", async () => {
    const asked = [];
    const activity = (userId) => ({ userId, username: "bob", action: "profile_updated", createdAt: "" });
    const service = async (url) => {
      asked.push(url.search);
      const headers = { "Content-Type": "application/json" };
      if (asked.length === 1) headers.Link = '</social/feed?userId=a&limit=1&cursor=x%2By>; rel="next"';
      return new Response(JSON.stringify({ success: true, data: [activity(`${asked.length}`)] }), { headers });
    };
    const { follows } = new MusiciansClient({ baseUrl: "http://localhost:9", apiKey: "x", fetch: service });
    assert.deepEqual((await collect(follows.allFeed("a", { limit: 1 }))).map(({ userId }) => userId), ["1", "2"]);
    assert.deepEqual(asked, ["?userId=a&limit=1", "?userId=a&limit=1&cursor=x%2By"]);
  });
});

describe("errors of musicians", () => {
  it("say what was wrong", async () => {
    const [ada, bob] = await Promise.all([person(), person()]);
    await assert.rejects(ada.profiles.byId(unknownId()), refusal(NotFound, 404, "NOT_FOUND"));
    await assert.rejects(ada.profiles.byUsername("nobody.here"), (error) => error.message === "User not found");
    await assert.rejects(ada.profiles.byId("no-id"), refusal(ValidationError, 400, "VALIDATION_ERROR"));
    await assert.rejects(
      ada.profiles.update(ada.id, { displayName: "x".repeat(101) }), refusal(ValidationError, 400, "VALIDATION_ERROR"));
    await assert.rejects(ada.profiles.update(bob.id, { bio: "x" }), refusal(Forbidden, 403, "FORBIDDEN"));
    await assert.rejects(ada.follows.follow(ada.id), refusal(ValidationError, 400, "VALIDATION_ERROR"));
    await assert.rejects(ada.follows.feed(bob.id), refusal(Forbidden, 403, "FORBIDDEN"));
    await assert.rejects(ada.follows.follow(".."), TypeError);
    await assert.rejects(anyone().follows.follow(bob.id), TypeError);
    const wrong = new MusiciansClient({ baseUrl: productUrl(), apiKey: "wrong" });
    await assert.rejects(wrong.profiles.byId(ada.id), refusal(Unauthorized, 401, "UNAUTHORIZED"));
  });

  it("do not reach the caller when another token does", async () => {
    const { id, session } = await person();
    let asked = 0;
    const { profiles } = new MusiciansClient({
      baseUrl: productUrl(),
      apiKey: async (refused) => (asked += 1) === 1 ? "expired" : await session.token(refused),
    });
    assert.equal((await profiles.update(id, { location: "Moscow" })).location, "Moscow");
    assert.equal(asked, 2);
  });

  it("say when a limit has room again", async () => {
    const baseUrl = needed("SOCIALPLAY_LIMITED_URL");
    const client = new MusiciansClient({ baseUrl, apiKey: "wrong", retries: 0 });
    for (let count = 0; count < 100; count += 1) await client.profiles.byId(unknownId()).catch(() => undefined);
    await assert.rejects(client.profiles.byId(unknownId()), (error) => {
      refusal(RateLimited, 429, "RATE_LIMIT_EXCEEDED")(error);
      return error.retryAfterSeconds > 0 && error.retryAfterSeconds <= 60;
    });
  });
});

describe("an account", () => {
  it("is one of its name, and changes its password", async () => {
    const { session } = await person();
    const { email, username } = session.user;
    const options = { baseUrl: productUrl() };
    const [password, next] = ["correct horse battery staple", "the next password"];
    await assert.rejects(
      Session.register({ email: `other${email}`, username, password }, options), refusal(Conflict, 409, "CONFLICT"));
    await assert.rejects(
      session.changePassword({ oldPassword: next, newPassword: password }), refusal(Unauthorized, 401, "UNAUTHORIZED"));
    assert.equal(await session.changePassword({ oldPassword: password, newPassword: next }), undefined);
    await assert.rejects(Session.logIn({ email, password }, options), Unauthorized);
    assert.equal((await Session.logIn({ email, password: next }, options)).user.id, session.user.id);
  });
});
