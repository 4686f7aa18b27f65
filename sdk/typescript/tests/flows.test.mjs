// What the document shows, step by step, and everything else that the client offers, against a running product.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import {
  Conflict, Forbidden, NotFound, SocialServiceClient, SocialServiceError, Unauthorized, ValidationError,
} from "../dist/index.js";
import { eventually, friends, join, needed, productUrl, service, unknownId } from "./support/product.mjs";

const time = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;

before(() => {
  needed("SOCIALPLAY_URL");
  needed("INTERNAL_API_TOKEN");
});

describe("friends", () => {
  it("follow the flow of the document: search, request, requests, accept, list", async () => {
    const [one, other] = await Promise.all([join({ below: "/social" }), join()]);

    const found = await one.client.friends.search(other.username);
    assert.deepEqual(found, [{
      userId: other.id, username: other.username, avatar: null, onlineStatus: "offline", friendshipStatus: "none",
      mutualFriends: 0,
    }]);

    const message = "Привет! Хочешь поиграть вместе?";
    const sent = await one.client.friends.sendRequest({ toUserId: other.id, message });
    assert.match(sent.createdAt, time);
    assert.match(sent.updatedAt, time);
    assert.deepEqual(sent, {
      id: sent.id, userId: one.id, friendId: other.id, status: "pending", requestedBy: one.id,
      createdAt: sent.createdAt, updatedAt: sent.updatedAt,
    });

    const incoming = await other.client.friends.requests();
    assert.deepEqual(incoming, [{
      id: sent.id, userId: one.id, friendId: other.id, status: "pending", requestedBy: one.id, message,
      createdAt: sent.createdAt, senderInfo: { username: one.username, avatar: null },
    }]);
    const outgoing = await one.client.friends.outgoingRequests({ page: 1, limit: 10 });
    assert.deepEqual(
      outgoing.map((request) => [request.id, request.receiverInfo.username]), [[sent.id, other.username]]);

    const accepted = await other.client.friends.accept(sent.id);
    assert.deepEqual(
      [accepted.id, accepted.userId, accepted.friendId, accepted.status], [sent.id, other.id, one.id, "accepted"]);

    const { friends: list, pagination } = await one.client.friends.list({ page: 1, limit: 10, status: "all" });
    assert.deepEqual(pagination, { total: 1, page: 1, limit: 10, totalPages: 1 });
    assert.deepEqual(list, [{
      id: sent.id, userId: one.id, friendId: other.id, status: "accepted", createdAt: list[0].createdAt,
      friendInfo: {
        username: other.username, avatar: null, onlineStatus: "offline", lastSeen: list[0].friendInfo.lastSeen,
        currentGame: null,
      },
    }]);
    assert.deepEqual((await one.client.friends.list({ status: "online" })).friends, []);
    assert.equal((await one.client.friends.search(other.username))[0].friendshipStatus, "friends");
  });

  it("can be declined, asked again, taken back and removed", async () => {
    const [one, other] = await Promise.all([join(), join()]);
    const first = await one.client.friends.sendRequest({ toUserId: other.id });
    assert.equal(await other.client.friends.decline(first.id), undefined);
    assert.deepEqual(await other.client.friends.requests(), []);

    const second = await one.client.friends.sendRequest({ toUserId: other.id });
    assert.equal(await one.client.friends.cancelRequest(second.id), undefined);
    assert.deepEqual(await one.client.friends.outgoingRequests(), []);

    await one.client.friends.sendRequest({ toUserId: other.id });
    const crossing = await other.client.friends.sendRequest({ toUserId: one.id });
    assert.deepEqual([crossing.status, crossing.requestedBy], ["accepted", one.id]);

    assert.equal(await one.client.friends.remove(other.id), undefined);
    assert.equal((await other.client.friends.list()).pagination.total, 0);
  });

  it("end with a block", async () => {
    const [one, other] = await friends();
    assert.equal(await one.client.friends.block(other.id), undefined);
    await one.client.friends.block(other.id);
    const blocks = await one.client.friends.blocks({ limit: 5 });
    assert.deepEqual(blocks.map((block) => [block.userId, block.username]), [[other.id, other.username]]);
    assert.match(blocks[0].blockedAt, time);
    assert.equal((await other.client.friends.list()).pagination.total, 0);
    await assert.rejects(one.client.friends.sendRequest({ toUserId: other.id }), refusal(Forbidden, 403, "FORBIDDEN"));

    assert.equal(await one.client.friends.unblock(other.id), undefined);
    await assert.rejects(one.client.friends.unblock(other.id), refusal(NotFound, 404, "NOT_FOUND"));
    assert.deepEqual(await one.client.friends.blocks(), []);
  });
});

describe("messages", () => {
  it("follow the flow of the document: send, conversations, history, read", async () => {
    const [one, other] = await friends();
    const content = "Привет! Хочешь поиграть в CS2?";
    const sent = await one.client.messages.send({ toUserId: other.id, content });
    assert.match(sent.createdAt, time);
    assert.deepEqual(
      [sent.fromUserId, sent.toUserId, sent.content, sent.isRead, sent.readAt],
      [one.id, other.id, content, false, undefined]);

    const [conversation, ...more] = await other.client.messages.conversations();
    assert.deepEqual(more, []);
    assert.deepEqual(
      [conversation.friendId, conversation.friendInfo, conversation.unreadCount],
      [one.id, { username: one.username, avatar: null, onlineStatus: "offline" }, 1]);
    assert.equal(conversation.lastMessage.id, sent.id);

    const history = await other.client.messages.history(one.id, { page: 1, limit: 20 });
    assert.deepEqual(history.messages.map((message) => message.id), [sent.id]);
    assert.deepEqual(history.pagination, { total: 1, page: 1, limit: 20, totalPages: 1 });

    assert.equal(await other.client.messages.markRead(sent.id), undefined);
    const [read] = (await one.client.messages.history(other.id)).messages;
    assert.equal(read.isRead, true);
    assert.match(read.readAt, time);
    assert.equal((await other.client.messages.conversations())[0].unreadCount, 0);
  });

  it("can be read page by page, and from one message back", async () => {
    const [one, other] = await friends();
    for (const content of ["1", "2", "3", "4", "5"]) await one.client.messages.send({ toUserId: other.id, content });
    const texts = async (filter) =>
      (await other.client.messages.history(one.id, filter)).messages.map((message) => message.content);
    assert.deepEqual(await texts({ limit: 2 }), ["4", "5"]);
    assert.deepEqual(await texts({ limit: 2, page: 2 }), ["2", "3"]);

    const [oldest] = (await other.client.messages.history(one.id, { limit: 2 })).messages;
    await one.client.messages.send({ toUserId: other.id, content: "6" });
    assert.deepEqual(await texts({ limit: 2, before: oldest.id }), ["2", "3"]);
  });

  it("are the same message under the same key", async () => {
    const [one, other] = await friends();
    const message = { toUserId: other.id, content: "once", idempotencyKey: unknownId() };
    const [first, second] = [await one.client.messages.send(message), await one.client.messages.send(message)];
    assert.equal(first.id, second.id);
    assert.equal((await other.client.messages.history(one.id)).pagination.total, 1);
    await assert.rejects(
      one.client.messages.send({ ...message, content: "another" }), refusal(Conflict, 409, "ALREADY_EXISTS"));

    await one.client.messages.send({ toUserId: other.id, content: "once" });
    assert.equal((await other.client.messages.history(one.id)).pagination.total, 2);
  });
});

describe("status", () => {
  it("follows the flow of the document: online, friends, offline", async () => {
    const [one, other] = await friends();
    const own = await one.client.status.setOnline({ currentGame: "Counter-Strike 2" });
    assert.deepEqual([own.userId, own.status, own.currentGame], [one.id, "online", "Counter-Strike 2"]);

    const [seen] = await other.client.status.friends();
    assert.match(seen.lastSeen, time);
    assert.deepEqual(seen, {
      userId: one.id, username: one.username, status: "online", lastSeen: seen.lastSeen,
      currentGame: "Counter-Strike 2",
    });
    assert.equal((await other.client.friends.list({ status: "online" })).pagination.total, 1);

    assert.equal((await one.client.status.setOffline()).status, "offline");
    const [gone] = await other.client.status.friends();
    assert.deepEqual([gone.status, gone.currentGame], ["offline", null]);
    assert.match(gone.lastSeen, time);
  });

  it("can be online without a game, and away, and be kept", async () => {
    const one = await join();
    assert.equal((await one.client.status.setOnline()).currentGame, null);
    assert.equal((await one.client.status.setOnline({ currentGame: null })).currentGame, null);
    const beat = await one.client.status.heartbeat();
    assert.equal(beat.status, "online");
    assert.ok(beat.nextHeartbeatInSeconds > 0);
    assert.equal((await one.client.status.setAway()).status, "away");
    await assert.rejects(
      one.client.status.setOnline({ currentGame: "x".repeat(101) }), refusal(ValidationError, 400, "VALIDATION_ERROR"));
  });
});

describe("notifications", () => {
  it("tell of requests, and are read", async () => {
    const [one, other] = await Promise.all([join(), join()]);
    const { id } = await one.client.friends.sendRequest({ toUserId: other.id });
    const told = await eventually(
      "a request is told of", () => other.client.notifications.list({ page: 1, limit: 10 }),
      (page) => page.unreadCount === 1);
    const [notification] = told.notifications;
    assert.deepEqual(
      [notification.kind, notification.actorId, notification.actorName, notification.entityId, notification.isRead],
      ["friend_request", one.id, one.username, id, false]);

    assert.equal(await other.client.notifications.read(notification.id), undefined);
    assert.equal((await other.client.notifications.list()).unreadCount, 0);
    assert.equal(await other.client.notifications.readAll(), undefined);
    await assert.rejects(other.client.notifications.read(unknownId()), refusal(NotFound, 404, "NOT_FOUND"));
  });

  it("come as one prefers", async () => {
    const one = await join();
    const usual = await one.client.notifications.preferences();
    assert.deepEqual(usual.preferences, {
      friendRequests: { enabled: true, methods: ["push", "email"] },
      friendRequestAccepted: { enabled: true, methods: ["push"] },
      newMessages: { enabled: true, methods: ["push"], onlyWhenOffline: true },
      achievements: { enabled: true, methods: ["push", "email"] },
      likes: { enabled: true, methods: ["push"] },
      comments: { enabled: true, methods: ["push", "email"] },
      follows: { enabled: true, methods: ["push"] },
      mentions: { enabled: true, methods: ["push", "email"] },
    });
    assert.deepEqual([usual.userId, usual.emailNotifications, usual.quietHours], [one.id, true, undefined]);

    const quietHours = { from: "23:00", until: "07:30", timeZone: "Europe/Moscow" };
    const changed = await one.client.notifications.updatePreferences({
      preferences: { newMessages: { onlyWhenOffline: false }, achievements: { enabled: false } },
      emailNotifications: false, quietHours,
    });
    assert.deepEqual(changed.preferences.newMessages, { enabled: true, methods: ["push"], onlyWhenOffline: false });
    assert.equal(changed.preferences.achievements.enabled, false);
    assert.deepEqual([changed.emailNotifications, changed.quietHours], [false, quietHours]);
    assert.deepEqual(await one.client.notifications.preferences(), changed);

    const loud = await one.client.notifications.updatePreferences({ quietHours: null });
    assert.deepEqual([loud.quietHours, loud.emailNotifications], [undefined, false]);
    await assert.rejects(
      one.client.notifications.updatePreferences({ preferences: { achievements: { methods: ["pigeon"] } } }),
      refusal(ValidationError, 400, "VALIDATION_ERROR"));
  });

  it("are events behind a position", async () => {
    const one = await join();
    const begin = await one.client.notifications.events();
    assert.deepEqual([begin.events, begin.resync], [[], false]);
    assert.deepEqual(await one.client.notifications.events(begin.position, 0), begin);
    assert.equal((await one.client.notifications.events("1.1")).resync, true);
  });

  it("reach browsers that subscribe", async () => {
    const one = await join();
    const { publicKey } = await one.client.notifications.pushKey();
    assert.equal(Buffer.from(publicKey, "base64url").length, 65);

    const { subtle } = globalThis.crypto ?? (await import("node:crypto")).webcrypto;
    const pair = await subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, true, ["deriveBits"]);
    const point = Buffer.from(await subtle.exportKey("raw", pair.publicKey));
    const keys = { p256dh: point.toString("base64url"), auth: Buffer.alloc(16, 7).toString("base64url") };
    const endpoint = `https://push.example.com/send/${unknownId()}`;
    const { id } = await one.client.notifications.subscribe({ endpoint, keys });
    assert.equal(await one.client.notifications.unsubscribe(id), undefined);
    await assert.rejects(one.client.notifications.unsubscribe(id), refusal(NotFound, 404, "NOT_FOUND"));
    await assert.rejects(
      one.client.notifications.subscribe({ endpoint, keys: { p256dh: "no", auth: "no" } }),
      refusal(ValidationError, 400, "VALIDATION_ERROR"));
  });
});

describe("integration", () => {
  it("follows the examples of the document, and tells of a first friend", async () => {
    const [one, other] = await friends();
    const { integration } = service();

    const roster = await integration.friendsForAchievements(one.id);
    assert.match(roster.cachedAt, time);
    assert.deepEqual(roster, {
      userId: one.id,
      friends: [{ friendId: other.id, friendshipDate: roster.friends[0].friendshipDate, isActive: true }],
      totalFriends: 1, cachedAt: roster.cachedAt,
    });

    const connection = await integration.connection(one.id, other.id);
    assert.match(connection.connectionDate, time);
    assert.deepEqual(connection, {
      userId: one.id, targetUserId: other.id, connectionType: "friends", connectionDate: connection.connectionDate,
      canWriteReview: true, metadata: { friendshipDuration: "0 days", mutualFriends: 0 },
    });

    const preferences = await integration.notificationPreferences(one.id);
    assert.deepEqual(preferences, await one.client.notifications.preferences());

    const timestamp = "2024-03-15T10:30:00Z";
    assert.deepEqual(
      await integration.firstFriend({ userId: one.id, friendId: other.id, timestamp }), { received: true });
    await eventually(
      "the first friend is told of", () => one.client.notifications.list(),
      (page) => page.notifications.some((notification) => notification.kind === "achievement"));
  });

  it("knows whom two people have in common, and who are strangers", async () => {
    const [one, shared] = await friends();
    const other = await join();
    const { id } = await other.client.friends.sendRequest({ toUserId: shared.id });
    await shared.client.friends.accept(id);
    const mutual = await service().integration.mutualFriends(one.id, other.id);
    assert.deepEqual(mutual, {
      userId: one.id, targetUserId: other.id, mutualFriendsCount: 1,
      mutualFriends: [{ friendId: shared.id, username: shared.username }], cachedAt: mutual.cachedAt,
    });
    const strangers = await service().integration.connection(one.id, other.id);
    assert.deepEqual(
      [strangers.connectionType, strangers.connectionDate, strangers.canWriteReview, strangers.metadata],
      ["none", null, false, { friendshipDuration: null, mutualFriends: 1 }]);
  });

  it("requires its own token", async () => {
    const wrong = new SocialServiceClient({ baseUrl: productUrl(), internalToken: "wrong" });
    await assert.rejects(
      wrong.integration.friendsForAchievements(unknownId()), refusal(Unauthorized, 401, "UNAUTHORIZED"));
    await assert.rejects((await join()).client.integration.friendsForAchievements(unknownId()), TypeError);
    await assert.rejects(
      service().integration.friendsForAchievements(unknownId()), refusal(NotFound, 404, "USER_NOT_FOUND"));
  });
});

describe("health", () => {
  it("needs no token", async () => {
    const client = new SocialServiceClient({ baseUrl: productUrl() });
    const health = await client.health();
    assert.deepEqual([health.status, health.version], ["ok", "1.0.0"]);
    assert.equal(typeof health.uptime, "number");
    assert.match(health.timestamp, time);
    const { dependencies } = await client.detailedHealth();
    assert.deepEqual(Object.keys(dependencies), ["database", "redis", "userService", "notificationService"]);
    for (const { status, responseTime } of Object.values(dependencies)) {
      assert.equal(status, "ok");
      assert.match(responseTime, /^\d+ms$/);
    }
  });
});

describe("errors", () => {
  it("say what, where and when", async () => {
    const one = await join({ below: "/social" });
    const id = unknownId();
    const error = await one.client.friends.accept(id).catch((error) => error);
    refusal(NotFound, 404, "FRIEND_REQUEST_NOT_FOUND")(error);
    assert.equal(error.name, "NotFound");
    assert.equal(error.path, `/social/v1/friends/accept/${id}`);
    assert.match(error.timestamp, time);
    assert.ok(error.requestId.length > 0);
    assert.equal(error.message, "There is no such friend request");
  });

  it("have the codes of the document", async () => {
    const [[one, other], stranger] = await Promise.all([friends(), join()]);
    const { friends: people, messages } = one.client;
    const cases = [
      [() => people.sendRequest({ toUserId: one.id }), ValidationError, 400, "CANNOT_ADD_YOURSELF"],
      [() => people.sendRequest({ toUserId: unknownId() }), NotFound, 404, "USER_NOT_FOUND"],
      [() => people.sendRequest({ toUserId: other.id }), Conflict, 409, "ALREADY_FRIENDS"],
      [() => people.sendRequest({ toUserId: "no-id" }), ValidationError, 400, "VALIDATION_ERROR"],
      [() => people.accept("no id/../at all?"), ValidationError, 400, "VALIDATION_ERROR"],
      [() => people.search("x"), ValidationError, 400, "VALIDATION_ERROR"],
      [() => people.list({ page: 0 }), ValidationError, 400, "VALIDATION_ERROR"],
      [() => people.remove(stranger.id), NotFound, 404, "NOT_FOUND"],
      [() => people.decline(unknownId()), NotFound, 404, "FRIEND_REQUEST_NOT_FOUND"],
      [() => messages.send({ toUserId: stranger.id, content: "hi" }), Forbidden, 403, "NOT_FRIENDS"],
      [
        () => messages.send({ toUserId: other.id, content: "x".repeat(2_001) }), ValidationError, 400,
        "MESSAGE_TOO_LONG",
      ],
      [() => messages.send({ toUserId: other.id, content: " " }), ValidationError, 400, "VALIDATION_ERROR"],
      [() => messages.history(other.id), NotFound, 404, "CONVERSATION_NOT_FOUND"],
      [() => messages.history(other.id, { before: "no-id" }), ValidationError, 400, "VALIDATION_ERROR"],
      [() => messages.markRead(unknownId()), NotFound, 404, "MESSAGE_NOT_FOUND"],
    ];
    for (const [call, kind, status, code] of cases) await assert.rejects(call, refusal(kind, status, code));

    await people.sendRequest({ toUserId: stranger.id });
    await assert.rejects(
      people.sendRequest({ toUserId: stranger.id }), refusal(Conflict, 409, "FRIEND_REQUEST_EXISTS"));
  });

  it("turn away who shows a wrong token", async () => {
    const client = new SocialServiceClient({ baseUrl: productUrl(), apiKey: "wrong" });
    await assert.rejects(client.friends.list(), refusal(Unauthorized, 401, "UNAUTHORIZED"));
    await assert.rejects(client.messages.send({ toUserId: unknownId(), content: "hi" }), Unauthorized);
  });

  it("come before anything is sent, for ids that are none", async () => {
    const { client } = await join();
    for (const id of ["", ".", "..", undefined]) await assert.rejects(client.friends.remove(id), TypeError);
  });
});

/** Checks that a call was refused so. */
function refusal(kind, status, code) {
  return (error) => {
    assert.ok(error instanceof SocialServiceError, String(error));
    assert.deepEqual([error.constructor, error.status, error.code], [kind, status, code]);
    return true;
  };
}
