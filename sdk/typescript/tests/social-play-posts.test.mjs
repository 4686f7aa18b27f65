// Posts, comments and drafts, against a running product.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { before, describe, it } from "node:test";
import { Conflict, Forbidden, NotFound, ValidationError } from "../dist/index.js";
import { anyone, collect, ids, player, players, refusal, word } from "./support/players.mjs";
import { eventually, needed, png } from "./support/product.mjs";

before(() => {
  needed("SOCIALPLAY_URL");
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
    const draft = await drafts.create({ content: "Later", visibility: "FOLLOWERS" });
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
    const { etag } = await drafts.read(draft.id);
    assert.notEqual((await drafts.update(draft.id, { publishAt: tomorrow }, { ifMatch: etag })).postId, null);
    assert.equal((await drafts.update(draft.id, { publishAt: null })).publishAt, null);
    assert.deepEqual(await ids(drafts.list({ limit: 1 })), [draft.id]);
    assert.equal((await drafts.publish(draft.id)).visibility, "FOLLOWERS");
    const other = await drafts.create({ content: "Never" });
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
