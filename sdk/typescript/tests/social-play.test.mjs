// SocialPlay, against a running product.
import assert from "node:assert/strict";
import { createHmac, randomUUID } from "node:crypto";
import { before, describe, it } from "node:test";
import {
  Conflict, Forbidden, NotFound, RateLimited, Session, SocialPlayClient, SocialServiceError, Unauthorized,
  ValidationError,
} from "../dist/index.js";
import { eventually, needed, png, productUrl } from "./support/product.mjs";

const password = "correct horse 42";

before(() => {
  needed("SOCIALPLAY_URL");
  needed("SOCIALPLAY_LIMITED_URL");
  needed("SOCIALPLAY_ADMIN_TOKEN");
});

const refusal = (kind, status, code) => (error) => {
  assert.ok(error instanceof SocialServiceError, String(error));
  assert.deepEqual([error.constructor, error.status], [kind, status], error.message);
  if (code !== undefined) assert.equal(error.code, code);
  assert.ok(error.message.length > 0 && error.requestId.length > 0);
  return true;
};

const client = (apiKey, baseUrl = productUrl()) => new SocialPlayClient({ baseUrl, apiKey, retries: 0 });
const anyone = () => client(undefined);
const administrator = () => client(needed("SOCIALPLAY_ADMIN_TOKEN"));
const word = (letter) => letter + randomUUID().replaceAll("-", "");

/** A new user, with a client of their first session. */
async function player() {
  const name = word("p").slice(0, 20);
  const email = `${name}@example.com`;
  const { user, accessToken } = await anyone().accounts.register({ email, username: name, password, firstName: "Ada" });
  return { id: user.id, name, email, client: client(accessToken) };
}

const players = (count) => Promise.all(Array.from({ length: count }, () => player()));

const collect = async (entries) => {
  const all = [];
  for await (const entry of entries) all.push(entry);
  return all;
};

const ids = async (entries) => (await collect(entries)).map(({ id }) => id);

/** The one-time password of an authenticator (RFC 6238), some seconds ahead. */
function totp(secret, ahead = 0) {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor((Date.now() / 1000 + ahead) / 30)));
  const digest = createHmac("sha1", key).update(counter).digest();
  const number = digest.readUInt32BE(digest[19] & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, "0");
}

describe("an account", () => {
  it("logs in, and its sessions end", async () => {
    const { email } = await player();
    const { accounts } = anyone();
    const first = await accounts.logIn({ email, password });
    const second = await accounts.logIn({ email, password });
    const own = client(first.accessToken).accounts;
    const sessions = await own.sessions();
    assert.deepEqual(sessions.map(({ isCurrent }) => isCurrent).sort(), [false, false, true]);
    const other = sessions.find(({ isCurrent }) => !isCurrent);
    await own.endSession(other.id);
    await own.endOtherSessions();
    assert.equal((await own.sessions()).length, 1);
    await assert.rejects(own.endSession(other.id), refusal(NotFound, 404));
    await assert.rejects(accounts.refresh(second.refreshToken), refusal(Unauthorized, 401));
    const tokens = await accounts.refresh(first.refreshToken);
    await own.changePassword({ oldPassword: password, newPassword: "another horse 43" });
    await assert.rejects(accounts.logIn({ email, password }), refusal(Unauthorized, 401));
    await accounts.logOut(tokens.refreshToken);
    await assert.rejects(accounts.refresh(tokens.refreshToken), refusal(Unauthorized, 401));
  });

  it("takes the tokens of a session of any surface", async () => {
    const name = word("p").slice(0, 20);
    const session = await Session.register(
      { email: `${name}@example.com`, username: name, password }, { baseUrl: productUrl() });
    assert.equal((await client(session.token).me.read()).id, session.user.id);
  });

  it("answers alike for any forgotten address, and knows no provider", async () => {
    const [ada] = await players(1);
    const { accounts } = anyone();
    await accounts.forgetPassword(ada.email);
    await accounts.forgetPassword("nobody@example.com");
    await ada.client.accounts.resendVerification();
    const reset = { token: "x".repeat(43), newPassword: "another horse 43" };
    await assert.rejects(accounts.resetPassword(reset), refusal(ValidationError, 400));
    await assert.rejects(accounts.verifyEmail("x".repeat(43)), refusal(ValidationError, 400));
    assert.deepEqual(await accounts.providers(), []);
    await assert.rejects(accounts.beginProviderLogin("keycloak"), refusal(NotFound, 404));
    await assert.rejects(accounts.logInWithProvider("keycloak", { idToken: "a.b.c" }), refusal(NotFound, 404));
  });

  it("names all wrong members", async () => {
    const wrong = { email: "no address", username: "a", password: "short" };
    await assert.rejects(anyone().accounts.register(wrong), (error) => {
      assert.deepEqual(Object.keys(error.fields).sort(), ["email", "password", "username"]);
      return refusal(ValidationError, 400, "VALIDATION_ERROR")(error);
    });
  });

  it("logs in with two factors", async () => {
    const { email, client: { me } } = await player();
    const { accounts } = anyone();
    assert.equal((await me.twoFactor()).enabled, false);
    const { secret } = await me.beginTwoFactor();
    await assert.rejects(me.confirmTwoFactor("none"), refusal(Unauthorized, 401));
    const codes = await me.confirmTwoFactor(totp(secret));
    assert.equal((await me.twoFactor()).enabled, true);
    await assert.rejects(accounts.logIn({ email, password }), refusal(Unauthorized, 401, "TWO_FACTOR_REQUIRED"));
    await accounts.logIn({ email, password, totp: codes[0] });
    await assert.rejects(accounts.logIn({ email, password, totp: codes[0] }), refusal(Unauthorized, 401));
    const renewed = await me.renewRecoveryCodes(totp(secret, 30));
    assert.ok(!renewed.includes(codes[1]));
    await me.disableTwoFactor({ password, totp: renewed[0] });
    assert.equal((await me.twoFactor()).enabled, false);
  });

  it("changes in what is named, and null clears", async () => {
    const { client: { me } } = await player();
    const changed = await me.update({ lastName: "Lovelace", bio: "Counts", language: "en" });
    assert.deepEqual([changed.firstName, changed.lastName], ["Ada", "Lovelace"]);
    const { etag } = await me.read();
    const cleared = await me.update({ bio: null, showOnlineStatus: false });
    assert.deepEqual([cleared.bio, cleared.showOnlineStatus, typeof etag], [null, false, "string"]);
    const today = new Date().toISOString().slice(0, 10);
    assert.equal((await me.analytics({ from: today, to: today })).days[0].day, today);
    await assert.rejects(me.analytics({ from: today, to: "2000-01-01" }), refusal(ValidationError, 400));
  });

  it("is exported, deactivated and deleted", async () => {
    const [ada, bob] = await players(2);
    const { me } = ada.client;
    await assert.rejects(me.export(), refusal(NotFound, 404));
    await me.requestExport();
    await eventually("the export is ready", () => me.export(), ({ status }) => status === "ready");
    assert.match(JSON.stringify(await me.downloadExport()), new RegExp(ada.email));
    await me.deactivate();
    await assert.rejects(me.read(), refusal(Unauthorized, 401));
    await assert.rejects(bob.client.users.read(ada.id), refusal(NotFound, 404));
    await bob.client.me.delete();
    await assert.rejects(anyone().accounts.logIn({ email: bob.email, password }), refusal(Unauthorized, 401));
  });
});

describe("users", () => {
  it("are followed, blocked and muted", async () => {
    const [ada, bob, eve] = await players(3);
    const { users } = ada.client;
    await bob.client.users.follow(ada.id);
    await eve.client.users.follow(ada.id);
    await assert.rejects(bob.client.users.follow(ada.id), refusal(ValidationError, 400));
    assert.equal((await bob.client.users.read(ada.id)).isFollowing, true);
    assert.deepEqual(await ids(anyone().users.followers(ada.id, { limit: 1 })), [eve.id, bob.id]);
    assert.deepEqual(await ids(anyone().users.following(bob.id)), [ada.id]);
    await users.removeFollower(eve.id);
    await bob.client.users.unfollow(ada.id);
    assert.equal((await anyone().users.read(ada.id)).followersCount, 0);
    assert.equal((await users.search(bob.name))[0].id, bob.id);
    await users.block(eve.id);
    assert.deepEqual((await users.blocks({ limit: 5 })).map(({ id }) => id), [eve.id]);
    await assert.rejects(eve.client.users.read(ada.id), refusal(NotFound, 404));
    await users.unblock(eve.id);
    await users.mute(bob.id);
    assert.deepEqual(await ids(users.mutes()), [bob.id]);
    await users.unmute(bob.id);
    assert.deepEqual(await ids(users.mutes()), []);
  });
});

describe("posts", () => {
  it("are published, changed and deleted", async () => {
    const [ada, bob] = await players(2);
    const { posts } = ada.client;
    const idempotencyKey = randomUUID();
    const post = await posts.publish({ content: "Good morning" }, { idempotencyKey });
    assert.equal((await posts.publish({ content: "Good morning" }, { idempotencyKey })).id, post.id);
    await assert.rejects(posts.publish({ content: "Else" }, { idempotencyKey }), refusal(Conflict, 409));
    const { etag, author } = await anyone().posts.read(post.id);
    assert.equal(author.username, ada.name);
    const changed = await posts.update(post.id, { content: "Good night" }, { ifMatch: etag });
    assert.notEqual(changed.editedAt, null);
    await assert.rejects(
      posts.update(post.id, { content: "No" }, { ifMatch: etag }), refusal(Conflict, 412, "PRECONDITION_FAILED"));
    const versions = await collect(posts.versions(post.id));
    assert.deepEqual(versions.map(({ content }) => content), ["Good night", "Good morning"]);
    await assert.rejects(bob.client.posts.update(post.id, { content: "Mine" }), refusal(Forbidden, 403));
    await posts.delete(post.id);
    await assert.rejects(anyone().posts.read(post.id), refusal(NotFound, 404));
  });

  it("are listed page by page", async () => {
    const [ada, bob] = await players(2);
    await bob.client.users.follow(ada.id);
    const tag = word("w");
    const sent = [];
    for (const number of [1, 2, 3]) {
      sent.unshift((await ada.client.posts.publish({ content: `${tag} #${tag} ${number}` })).id);
    }
    const hidden = await ada.client.posts.publish({ content: "Mine alone", visibility: "PRIVATE" });
    assert.deepEqual(await ids(anyone().users.posts(ada.id, { limit: 2 })), sent);
    assert.deepEqual(await ids(bob.client.posts.feed({ limit: 2 })), sent);
    assert.deepEqual(await ids(anyone().posts.withHashtag(tag, { limit: 2 })), sent);
    const own = ada.client.posts.own({ limit: 2 });
    assert.deepEqual(await ids(own), [hidden.id, ...sent]);
    const first = await own.page();
    assert.deepEqual([first.pagination.total, first.entries.length], [4, 2]);
    assert.deepEqual((await own.page({ number: 2 })).entries, (await own.page({ cursor: first.next })).entries);
    assert.equal((await anyone().posts.all({ limit: 1 }).page()).entries.length, 1);
    assert.equal((await anyone().posts.hashtag(tag)).postsCount, 3);
    assert.deepEqual((await anyone().posts.hashtags(tag.slice(0, 20))).map((found) => found.tag), [tag]);
    await eventually("the posts are found", () => ids(anyone().posts.search(tag, { limit: 2 })), ({ length }) =>
      length === 3);
  });

  it("are liked, shared and bookmarked", async () => {
    const [ada, bob] = await players(2);
    const { id } = await ada.client.posts.publish({ content: "Like me" });
    const { posts } = bob.client;
    await posts.like(id);
    await assert.rejects(posts.like(id), refusal(ValidationError, 400));
    await posts.share(id);
    await posts.bookmark(id);
    const found = await posts.read(id);
    assert.deepEqual([found.likesCount, found.sharesCount, found.isLiked, found.isBookmarked], [1, 1, true, true]);
    assert.deepEqual((await posts.likes(id)).map(({ user }) => user.id), [bob.id]);
    assert.deepEqual((await collect(posts.shares(id))).map(({ user }) => user.id), [bob.id]);
    assert.deepEqual(await ids(posts.bookmarks()), [id]);
    assert.deepEqual(await ids(anyone().users.shares(bob.id)), [id]);
    await posts.unlike(id);
    await posts.unshare(id);
    await posts.removeBookmark(id);
    await assert.rejects(posts.unlike(id), refusal(ValidationError, 400));
  });

  it("are commented", async () => {
    const [ada, bob] = await players(2);
    const { id } = await ada.client.posts.publish({ content: "Say something" });
    const { comments } = bob.client;
    const comment = await comments.add(id, "Something");
    const reply = await ada.client.comments.reply(comment.id, "Thanks");
    assert.equal(reply.parentId, comment.id);
    assert.deepEqual(await ids(anyone().comments.ofPost(id, { limit: 1 })), [reply.id, comment.id]);
    const { etag } = await comments.read(comment.id);
    assert.equal((await comments.update(comment.id, "Else", { ifMatch: etag })).content, "Else");
    await assert.rejects(ada.client.comments.update(comment.id, "Mine"), refusal(Forbidden, 403));
    await ada.client.comments.delete(comment.id);
    await assert.rejects(comments.read(reply.id), refusal(NotFound, 404));
  });

  it("are drafts first, or come later", async () => {
    const { client: { drafts, posts } } = await player();
    const draft = await drafts.keep({ content: "Later", visibility: "FOLLOWERS" });
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
    const { etag } = await drafts.read(draft.id);
    assert.notEqual((await drafts.update(draft.id, { publishAt: tomorrow }, { ifMatch: etag })).postId, null);
    assert.equal((await drafts.update(draft.id, { publishAt: null })).publishAt, null);
    assert.deepEqual(await ids(drafts.all({ limit: 1 })), [draft.id]);
    assert.equal((await drafts.publish(draft.id)).visibility, "FOLLOWERS");
    const other = await drafts.keep({ content: "Never" });
    await drafts.delete(other.id);
    await assert.rejects(drafts.read(other.id), refusal(NotFound, 404));
    const scheduled = await posts.publish({ content: "Soon", publishedAt: tomorrow });
    await assert.rejects(anyone().posts.read(scheduled.id), refusal(NotFound, 404));
  });

  it("show pictures", async () => {
    const { client: own } = await player();
    const url = await own.uploadPicture(png(8), { fileName: "dot.png" });
    const post = await own.posts.publish({ content: "See", mediaUrls: [url], mediaType: "IMAGE" });
    assert.deepEqual(post.mediaUrls, [url]);
    await assert.rejects(own.uploadPicture(Buffer.from("no picture")), refusal(ValidationError, 400));
  });
});

describe("messages and notifications", () => {
  it("are written, read, changed and deleted", async () => {
    const [ada, bob] = await players(2);
    const { messages } = bob.client;
    const found = word("w");
    const idempotencyKey = randomUUID();
    const first = await ada.client.messages.send(bob.id, { content: `Hello ${found}` }, { idempotencyKey });
    const again = await ada.client.messages.send(bob.id, { content: `Hello ${found}` }, { idempotencyKey });
    assert.equal(again.id, first.id);
    const second = await ada.client.messages.send(bob.id, { content: "Are you there?" });
    assert.equal(await messages.unreadCount(), 2);
    assert.deepEqual(await ids(messages.history(ada.id, { limit: 1 })), [second.id, first.id]);
    const [conversation] = await collect(messages.conversations({ limit: 1 }));
    assert.deepEqual([conversation.user.id, conversation.unreadCount], [ada.id, 2]);
    assert.equal((await messages.markRead(first.id)).isRead, true);
    assert.equal((await messages.react(first.id, "👍")).reactions[0].emoji, "👍");
    assert.deepEqual((await messages.endReaction(first.id)).reactions, []);
    assert.deepEqual(await ids(messages.search(found)), [first.id]);
    assert.notEqual((await ada.client.messages.update(second.id, { content: "Here?" })).editedAt, null);
    await assert.rejects(messages.update(second.id, { content: "No" }), refusal(Forbidden, 403));
    await messages.delete(first.id);
    await ada.client.messages.delete(second.id, { forBoth: true });
    assert.deepEqual(await ids(messages.history(ada.id)), []);
  });

  it("come in groups", async () => {
    const [ada, bob, eve] = await players(3);
    const { notifications } = ada.client;
    const { id } = await ada.client.posts.publish({ content: "Like me" });
    await bob.client.posts.like(id);
    await eve.client.posts.like(id);
    const [group] = await eventually("both likes are told of", () => collect(notifications.all({ limit: 1 })),
      ([one]) => one?.othersCount === 1);
    assert.deepEqual([group.type, group.entityId, await notifications.unreadCount()], ["LIKE", id, 1]);
    assert.equal((await notifications.markRead(group.id)).isRead, true);
    await bob.client.users.follow(ada.id);
    await eventually("the follow is told of", () => notifications.unreadCount(), (count) => count === 1);
    await notifications.markAllRead();
    await notifications.delete(group.id);
    assert.deepEqual((await collect(notifications.all())).map(({ type }) => type), ["FOLLOW"]);
    await assert.rejects(notifications.delete(group.id), refusal(NotFound, 404));
  });
});

describe("moderation and administration", () => {
  it("decide reports and appeals", async () => {
    const [ada, bob, judge] = await players(3);
    await administrator().administration.setRole(judge.id, "MODERATOR");
    const { moderation } = client((await anyone().accounts.logIn({ email: judge.email, password })).accessToken);
    await assert.rejects(bob.client.moderation.cases().page(), refusal(Forbidden, 403));
    const { id } = await ada.client.posts.publish({ content: "Spam" });
    const report = await bob.client.reports.report({ targetType: "POST", targetId: id, reason: "SPAM" });
    assert.deepEqual(await ids(bob.client.reports.own()), [report.id]);
    const open = await collect(moderation.cases({ state: "open", order: "newest" }, { limit: 50 }));
    const found = open.find(({ targetId }) => targetId === id);
    assert.equal((await moderation.assign(found.id)).assignee.id, judge.id);
    assert.equal((await moderation.release(found.id)).assignee, null);
    assert.equal((await moderation.case(found.id)).reports.length, 1);
    assert.equal((await moderation.remove(found.id, { reason: "Advertisement" })).outcome, "REMOVED");
    const [action] = await collect(ada.client.reports.actionsAgainstMe());
    assert.equal((await ada.client.reports.appeal(action.id, { text: "It was none" })).appeal, "It was none");
    assert.ok((await ids(administrator().moderation.appeals({ limit: 50 }))).includes(action.id));
    const decided = await administrator().moderation.decide(action.id, { decision: "UPHELD", reason: "It was" });
    assert.equal(decided.decision, "UPHELD");
    const { entries } = await administrator().moderation.audit({ limit: 50 }).page();
    assert.ok(entries.some(({ caseId }) => caseId === found.id));
  });

  it("end cases in every way", async () => {
    const { moderation } = administrator();
    const [bob, ...owners] = await players(5);
    const ends = [
      ["DISMISSED", (id) => moderation.dismiss(id, { reason: "Nothing" })],
      ["WARNED", (id) => moderation.warn(id, { reason: "Be kind" })],
      ["LIMITED", (id) => moderation.limit(id, { reason: "Be quiet", hours: 1 })],
      ["SUSPENDED", (id) => moderation.suspend(id, { reason: "Go away", hours: 1 })],
    ];
    for (const [index, [outcome, end]] of ends.entries()) {
      await bob.client.reports.report({ targetType: "PROFILE", targetId: owners[index].id, reason: "SPAM" });
      const open = await collect(moderation.cases({}, { limit: 50 }));
      const { id } = open.find(({ targetId }) => targetId === owners[index].id);
      assert.equal((await end(id)).outcome, outcome);
    }
  });

  it("close accounts and announce", async () => {
    const ada = await player();
    const { administration } = administrator();
    assert.equal((await administration.setActive(ada.id, false)).isActive, false);
    await assert.rejects(ada.client.me.read(), refusal(Unauthorized, 401));
    assert.equal((await administration.setActive(ada.id, true)).isActive, true);
    const logIn = async () => client((await anyone().accounts.logIn({ email: ada.email, password })).accessToken);
    const { me } = await logIn();
    await me.confirmTwoFactor(totp((await me.beginTwoFactor()).secret));
    await administration.resetTwoFactor(ada.id);
    const own = await logIn();
    const announcement = { title: "Maintenance", body: "At night" };
    const idempotencyKey = randomUUID();
    assert.deepEqual(
      await administration.announce(announcement, { idempotencyKey }),
      await administration.announce(announcement, { idempotencyKey }));
    assert.ok((await administration.analytics()).days.length > 0);
    await assert.rejects(own.administration.analytics(), refusal(Forbidden, 403));
  });

  it("refuse too many requests, and say when to come again", async () => {
    const { posts } = client(undefined, needed("SOCIALPLAY_LIMITED_URL"));
    await assert.rejects(async () => {
      for (let count = 0; count < 200; count += 1) await posts.all({ limit: 1 }).page();
    }, (error) => {
      assert.ok(error.retryAfterSeconds > 0);
      return refusal(RateLimited, 429, "RATE_LIMIT_EXCEEDED")(error);
    });
  });
});
