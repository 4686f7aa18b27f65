// Accounts, logins and other users of SocialPlay, against a running product.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { NotFound, Session, Unauthorized, ValidationError } from "../dist/index.js";
import { anyone, client, ids, password, player, players, refusal, totp, word } from "./support/players.mjs";
import { eventually, needed, productUrl } from "./support/product.mjs";

before(() => {
  needed("SOCIALPLAY_URL");
});

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
