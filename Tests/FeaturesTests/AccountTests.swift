import Crypto
import Domain
import Jobs
import Postgres
import Storage
import TestSupport
import Testing

@testable import Features

@Suite(.database) struct AccountTests {
    @Test func `a registration creates the account, the first session and the jobs of two mails`() async throws {
        try await FeatureHarness.open { features in
            let ada = try await features.register("ada")
            let profile = try await features.accounts.account.read(ada.caller.user)
            #expect(profile.account.username == "ada")
            #expect(profile.account.role == .user)
            #expect(profile.isActive && !profile.isVerified)
            #expect(try await features.accounts.sessions.list(by: ada.caller).map(\.id) == [ada.caller.session])
            #expect(
                try await Set(features.jobs.enqueuedKinds()) == [SendWelcome.kind, SendVerification.kind])
        }
    }

    @Test func `of changes of an account at the same time none is lost`() async throws {
        try await FeatureHarness.open { features in
            let ada = try await features.user("ada")
            let account = features.accounts.account
            var changes = Array(repeating: AccountChanges(), count: 5)
            changes[0].username = try Username("lovelace")
            changes[1].language = .russian
            changes[2].bio = .some("A bio")
            changes[3].phone = .some("123")
            changes[4].showsOnlineStatus = false
            try await withThrowingTaskGroup { group in
                for change in changes { group.addTask { _ = try await account.update(change, by: ada) } }
                try await group.waitForAll()
            }
            let profile = try await account.read(ada.user)
            #expect(profile.account.username == "lovelace" && profile.language == .russian)
            #expect(profile.bio == "A bio" && profile.phone == "123" && !profile.showsOnlineStatus)
        }
    }

    @Test func `an address and a user name are taken in every spelling`() async throws {
        try await FeatureHarness.open { features in
            _ = try await features.user("ada")
            for (email, username, code) in [
                ("ADA@example.com", "other", DomainError.Code.emailTaken),
                ("other@example.com", "AdA", DomainError.Code.usernameTaken),
            ] {
                let registration = Registration(
                    email: try EmailAddress(email), username: try Username(username),
                    password: try Password(TestClient.password))
                await expect(code, .conflict) {
                    try await features.accounts.register(registration, client: TestClient())
                }
            }
        }
    }

    @Test func `a wrong password and an unknown address are refused with the same error`() async throws {
        try await FeatureHarness.open { features in
            _ = try await features.register("ada")
            let wrong = await expect(.wrongCredentials, .unauthenticated) {
                try await features.logIn("ada", password: "wrong password")
            }
            let unknown = await expect(.wrongCredentials) { try await features.logIn("unknown") }
            #expect(wrong == unknown)
            await expect(.wrongCredentials) {
                try await features.accounts.logIn(email: "no address", password: "x", client: TestClient())
            }
        }
    }

    @Test func `a password is accepted in every form of its accented letters`() async throws {
        let (composed, decomposed) = ("P\u{E4}ssw\u{F6}rter1\u{E9}", "Pa\u{308}sswo\u{308}rter1e\u{301}")
        try await FeatureHarness.open { features in
            for (name, chosen) in [("ada", composed), ("bob", decomposed)] {
                _ = try await features.register(name, password: chosen)
                for typed in [composed, decomposed] { _ = try await features.logIn(name, password: typed) }
                await expect(.wrongCredentials) { try await features.logIn(name, password: "Passworter1e") }
            }
        }
    }

    @Test func `a hash of a password that was not composed is accepted once and replaced`() async throws {
        let (composed, decomposed) = ("P\u{E4}ssw\u{F6}rter1\u{E9}", "Pa\u{308}sswo\u{308}rter1e\u{301}")
        try await FeatureHarness.open { features in
            let ada = try await features.register("ada")
            let old = try PasswordHasher().hash(decomposed)
            _ = try await features.database.write(
                Statement("test_old_hash", "UPDATE accounts SET password_hash = $2 WHERE id = $1"),
                [.id(ada.caller.user), .text(old)])
            await expect(.wrongCredentials) { try await features.logIn("ada", password: composed) }
            _ = try await features.logIn("ada", password: decomposed)
            _ = try await features.logIn("ada", password: composed)
        }
    }

    @Test func `a common password of an earlier version is still rehashed`() async throws {
        try await FeatureHarness.open { features in
            let ada = try await features.register("ada")
            // bcrypt, cost 4, of "baseball1".
            let old = "$2b$04$abcdefghijklmnopqrstuuKHl9lQ6BfmoHSYBF6JZh3/bUEztSwvy"
            _ = try await features.database.write(
                Statement("test_old_hash", "UPDATE accounts SET password_hash = $2 WHERE id = $1"),
                [.id(ada.caller.user), .text(old)])
            _ = try await features.logIn("ada", password: "baseball1")
            let hash = try await AccountStore(features.database).credentials(of: ada.caller.user)?.passwordHash
            #expect(hash?.hasPrefix("$argon2id$") == true)
        }
    }

    @Test func `the user's own name or address is no password, wherever one is set`() async throws {
        try await FeatureHarness.open { features in
            await expect(.validationFailed) { try await features.register("lovelace", password: "Lovelace1815") }
            await expect(.validationFailed) {
                try await features.register("lovelace", password: "lovelace@example.com")
            }
            let ada = try await features.register("lovelace")
            let refused = await expect(.validationFailed) {
                try await features.accounts.changePassword(
                    old: TestClient.password, new: Password("lovelace!", field: "newPassword"), by: ada.caller)
            }
            #expect(refused?.field == "newPassword")
        }
    }

    @Test func `a login opens a session of its own and enqueues a notice to the owner`() async throws {
        try await FeatureHarness.open { features in
            let ada = try await features.register("ada")
            let client = TestClient(userAgent: "another browser")
            let made = try await features.accounts.logIn(
                email: "Ada@Example.com", password: TestClient.password, client: client)
            let second = try TestLogin(made.tokens, features.accounts)
            #expect(second.caller.user == ada.caller.user)
            #expect(second.caller.session != ada.caller.session)
            #expect(
                try await features.jobs.enqueued(SendSignInNotice.self)
                    == [SendSignInNotice(account: ada.caller.user, session: second.caller.session)])
        }
    }

    @Test func `a deactivated account is refused only after the right password`() async throws {
        try await FeatureHarness.open { features in
            let ada = try await features.register("ada")
            try await features.accounts.account.deactivate(ada.caller.user)
            await expect(.accountDeactivated, .forbidden) { try await features.logIn("ada") }
            await expect(.wrongCredentials) { try await features.logIn("ada", password: "wrong password") }
            await expect(.tokenInvalid) {
                try features.accounts.authenticator.principal(accessToken: ada.tokens.access)
            }
        }
    }

    @Test func `a changed setting stays and the rest is unchanged`() async throws {
        try await FeatureHarness.open { features in
            let (ada, _) = (try await features.user("ada"), try await features.user("bob"))
            var changes = AccountChanges()
            changes.firstName = "Ada"
            changes.showsOnlineStatus = false
            let profile = try await features.accounts.account.update(changes, by: ada)
            #expect(profile.firstName == "Ada" && !profile.showsOnlineStatus)
            #expect(profile.account.username == "ada" && profile.lastName == nil)
            var taken = AccountChanges()
            taken.username = try Username("BOB")
            await expect(.usernameTaken) { try await features.accounts.account.update(taken, by: ada) }
        }
    }

    @Test func `a deleted account is hidden at once and its deletion is enqueued`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = try await features.twoFriends()
            try await features.accounts.account.delete(by: ada)
            await expect(.accountNotFound) { try await features.accounts.account.read(ada.user) }
            #expect(try await features.jobs.enqueued(DeleteAccount.self) == [DeleteAccount(account: ada.user)])
            await expect(.userNotFound) {
                try await features.friends.sendRequest(to: ada.user, message: nil, by: bob)
            }
            await expect(.accountNotFound) { try await features.accounts.account.delete(by: ada) }
        }
    }

    @Test func `an export is requested once, and there is nothing to download before it is ready`() async throws {
        try await FeatureHarness.open { features in
            let ada = try await features.user("ada")
            await expect(.exportNotFound, .notFound) { try await features.accounts.export.read(by: ada) }
            for _ in 0..<2 { #expect(try await features.accounts.export.request(by: ada).state == .pending) }
            #expect(try await features.jobs.enqueued(ExportAccount.self) == [ExportAccount(account: ada.user)])
            await expect(.exportNotFound) { try await features.accounts.export.download(by: ada) }
        }
    }

    @Test func `only an administrator sets roles and closes accounts of others`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = (try await features.user("ada"), try await features.user("bob"))
            let administration = features.accounts.administration
            await expect(.roleRequired, .forbidden) {
                try await administration.setRole(.moderator, of: bob.user, by: ada)
            }
            await expect(.roleRequired) { try await administration.setActive(false, of: bob.user, by: ada) }
            await expect(.roleRequired) {
                try await features.notifications.publishAnnouncement(title: "x", body: "y", by: ada)
            }
            try await features.makeAdministrator(ada)
            #expect(try await administration.setRole(.moderator, of: bob.user, by: ada).account.role == .moderator)
            #expect(try await !administration.setActive(false, of: bob.user, by: ada).isActive)
            #expect(try await administration.setActive(true, of: bob.user, by: ada).isActive)
            await expect(.validationFailed) { try await administration.setActive(false, of: ada.user, by: ada) }
            let carol = try await features.user("carol")
            try await features.makeAdministrator(carol)
            await expect(.administratorProtected, .forbidden) {
                try await administration.setActive(false, of: carol.user, by: ada)
            }
            #expect(try await administration.setActive(true, of: carol.user, by: ada).isActive)
            await expect(.accountNotFound) {
                try await administration.setRole(.moderator, of: FeatureHarness.id(), by: ada)
            }
            _ = try await features.notifications.publishAnnouncement(title: "x", body: "y", by: ada)
            #expect(try await features.jobs.enqueued(SendAnnouncement.self).count == 1)
        }
    }

    @Test func `a command that names another user as the caller is refused`() async throws {
        try await FeatureHarness.open { features in
            let ada = try await features.user("ada")
            try ada.requireSelf(nil, field: "userId")
            try ada.requireSelf(ada.user.description, field: "userId")
            for claimed in ["", "x", FeatureHarness.id(UserID.self).description] {
                let error = await expect(.notYourself, .forbidden) { try ada.requireSelf(claimed, field: "userId") }
                #expect(error?.field == "userId")
            }
        }
    }

    @Test func `an unknown provider is refused`() async throws {
        try await FeatureHarness.open { features in
            let logIn = features.accounts.logInWithProvider
            await expect(.providerNotFound, .notFound) { try logIn.begin("unknown") }
            await expect(.providerNotFound) {
                try await logIn("unknown", idToken: "a.b.c", client: TestClient())
            }
        }
    }
}
