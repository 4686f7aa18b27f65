// Messages, notifications, moderation and administration, against a running product.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { before, describe, it } from "node:test";
import { Forbidden, NotFound, RateLimited, Unauthorized } from "../dist/index.js";
import {
  administrator, anyone, client, collect, ids, password, player, players, refusal, totp, word,
} from "./support/players.mjs";
import { eventually, needed } from "./support/product.mjs";

before(() => {
  needed("SOCIALPLAY_URL");
  needed("SOCIALPLAY_LIMITED_URL");
  needed("SOCIALPLAY_ADMIN_TOKEN");
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
    const [group] = await eventually("both likes are told of", () => collect(notifications.list({ limit: 1 })),
      ([one]) => one?.othersCount === 1);
    assert.deepEqual([group.type, group.entityId, await notifications.unreadCount()], ["LIKE", id, 1]);
    assert.equal((await notifications.markRead(group.id)).isRead, true);
    await bob.client.users.follow(ada.id);
    await eventually("the follow is told of", () => notifications.unreadCount(), (count) => count === 1);
    await notifications.markAllRead();
    await notifications.delete(group.id);
    assert.deepEqual((await collect(notifications.list())).map(({ type }) => type), ["FOLLOW"]);
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
