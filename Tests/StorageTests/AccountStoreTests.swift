import Chassis
import Domain
import Postgres
import Storage
import TestSupport
import Testing

@Suite("Accounts", .database)
struct AccountStoreTests {
    @Test func `an address and a name belong to one account, whatever the case of their letters`() async throws {
        try await Stores.open { stores in
            let ada = try await stores.register("ada").account
            await #expect(throws: AccountStore.Conflict.emailTaken) { try await stores.register("ADA") }
            let found = try await stores.accounts.credentials(email: EmailAddress("Ada@B.example"))
            #expect(found?.account.id == ada.id && found?.passwordHash == "hash" && found?.isActive == true)
            #expect(try await stores.accounts.credentials(email: EmailAddress("bob@b.example")) == nil)
        }
    }

    @Test func `an update writes what was given and keeps the rest`() async throws {
        try await Stores.open { stores in
            let ada = try await stores.register("ada").account.id
            _ = try await stores.register("bob")
            var changes = AccountChanges()
            changes.language = .russian
            changes.showsOnlineStatus = false
            #expect(try await stores.accounts.update(ada, changes))
            var rename = AccountChanges()
            rename.username = try Username("lovelace")
            #expect(try await stores.accounts.update(ada, rename))
            let details = try #require(try await stores.accounts.details(of: ada))
            #expect(details.account.username == "lovelace" && details.account.email == "ada@b.example")
            #expect(details.language == .russian && !details.showsOnlineStatus)
            rename.username = try Username("BOB")
            await #expect(throws: AccountStore.Conflict.usernameTaken) { try await stores.accounts.update(ada, rename) }
            #expect(try await stores.accounts.update(Stores.id(UserID.self), changes) == false)
        }
    }

    @Test func `a password changes only from the hash that was checked, and ends the other sessions`() async throws {
        try await Stores.open { stores in
            let (ada, session) = try await stores.register("ada")
            let refused = try await stores.accounts.changePassword(
                of: ada.id, from: "stale", to: "new", keeping: session, enqueuing: Stores.job())
            #expect(refused == nil)
            let change = try await stores.accounts.changePassword(
                of: ada.id, from: "hash", to: "new", keeping: session, enqueuing: Stores.job())
            #expect(change?.ended == [] && change?.isEnqueued == true)
            #expect(try await stores.accounts.credentials(of: ada.id)?.passwordHash == "new")
            #expect(try await stores.sessions.open(of: ada.id).map(\.id) == [session])
        }
    }

    @Test func `a deactivated account has no session and no role until it is activated`() async throws {
        try await Stores.open { stores in
            let (ada, session) = try await stores.register("ada")
            #expect(try await stores.accounts.setRole(.moderator, of: ada.id))
            #expect(try await stores.accounts.role(of: ada.id) == .moderator)
            #expect(try await stores.accounts.deactivate(ada.id) == [session])
            #expect(try await stores.accounts.deactivate(ada.id) == nil)
            #expect(try await stores.accounts.role(of: ada.id) == nil)
            #expect(try await stores.accounts.activate(ada.id))
            #expect(try await stores.accounts.activate(ada.id) == false)
            #expect(try await stores.accounts.role(of: ada.id) == .moderator)
        }
    }

    @Test func `the account of an administrator is closed by its owner alone`() async throws {
        try await Stores.open { stores in
            let (ada, session) = try await stores.register("ada")
            let grant = Statement("test_grant", "UPDATE accounts SET role = 'ADMIN' WHERE id = $1")
            _ = try await stores.database.write(grant, [.id(ada.id)])
            #expect(try await stores.accounts.deactivate(ada.id, exceptAdministrators: true) == nil)
            #expect(try await stores.sessions.open(of: ada.id).map(\.id) == [session])
            #expect(try await stores.accounts.deactivate(ada.id) == [session])
        }
    }

    @Test func `a deleted account is not found, and its name and address are free`() async throws {
        try await Stores.open { stores in
            let (ada, session) = try await stores.register("ada")
            let job = Stores.job()
            #expect(try await stores.accounts.delete(ada.id, enqueuing: job) == [session])
            #expect(try await stores.accounts.delete(ada.id, enqueuing: Stores.job()) == nil)
            #expect(try await stores.accounts.details(of: ada.id) == nil)
            _ = try await stores.register("ada")
            #expect(try await stores.accounts.removeDeleted(ada.id, job: job.id))
            let ids = Statement("test_account_ids", "SELECT id::text FROM accounts")
            #expect(try await !stores.texts(ids).contains("\(ada.id)"))
        }
    }

    @Test func `no value that a user can take stands in the way of a deletion`() async throws {
        try await Stores.open { stores in
            let ada = try await stores.register("ada").account.id
            // The values of earlier versions; rules of the domain refuse both today.
            for (number, email) in ["\(ada)@deleted.invalid", "deleted-\(ada)@deleted.invalid"].enumerated() {
                let taker = try await stores.register("taker\(number)").account.id
                _ = try await stores.database.write(
                    Statement("test_take_address", "UPDATE accounts SET email = $2 WHERE id = $1"),
                    [.id(taker), .text(email)])
            }
            #expect(try await stores.accounts.delete(ada, enqueuing: Stores.job()) != nil)
            #expect(try await stores.accounts.details(of: ada) == nil)
            var row = try await stores.database.read(
                Statement("test_deleted_names", "SELECT email, username FROM accounts WHERE id = $1"), [.id(ada)])[0]
            let (email, username) = (try row.text(), try row.text())
            #expect(throws: DomainError.self) { try EmailAddress(email) }
            #expect(throws: DomainError.self) { try Username(username) }
        }
    }

    @Test func `the files of a deleted account go with one job, and the counter with them`() async throws {
        try await Stores.open { stores in
            let ada = try await stores.register("ada").account.id
            let upload = try await stores.upload(ada)
            #expect(try await stores.accounts.filesOfDeleted(ada) == [])
            _ = try await stores.accounts.delete(ada, enqueuing: Stores.job())
            let files = try await stores.accounts.filesOfDeleted(ada)
            #expect(files == [upload.media])
            let removal = OutboxJob(id: Stores.id(JobID.self), queue: "q", kind: "removal", payload: "{}")
            let result = try await stores.accounts.removeFiles(files, of: ada, enqueuing: removal)
            #expect(result.removed == 1 && result.left == 0)
            #expect(try await stores.counts(of: ada) == [0, 0, 0, 0])
            #expect(try await stores.jobs(kind: "removal") == 1)
        }
    }
}

@Suite("Tokens in e-mails", .database)
struct EmailTokenStoreTests {
    private static func token(after time: Duration = .seconds(60)) -> NewEmailToken {
        NewEmailToken(id: Stores.id(EmailTokenID.self), expiresAt: Timestamp.now.adding(time))
    }

    @Test func `a verification token works once`() async throws {
        try await Stores.open { stores in
            let tokens = EmailTokenStore(stores.database)
            let ada = try await stores.register("ada").account.id
            let token = Self.token()
            #expect(try await tokens.requestVerification(of: ada, token, enqueuing: Stores.job()))
            #expect(try await tokens.find(token.id, .verify)?.user == ada)
            #expect(try await tokens.find(token.id, .reset) == nil)
            #expect(try await tokens.verify(token.id))
            #expect(try await tokens.verify(token.id) == false)
            #expect(try await stores.accounts.details(of: ada)?.isVerified == true)
            #expect(try await tokens.requestVerification(of: ada, Self.token(), enqueuing: Stores.job()) == false)
        }
    }

    @Test func `an expired token does nothing`() async throws {
        try await Stores.open { stores in
            let tokens = EmailTokenStore(stores.database)
            let ada = try await stores.register("ada").account.id
            let token = Self.token(after: .seconds(-1))
            _ = try await tokens.requestVerification(of: ada, token, enqueuing: Stores.job())
            #expect(try await tokens.find(token.id, .verify) == nil)
            #expect(try await tokens.verify(token.id) == false)
        }
    }

    @Test func `a reset token sets the password, verifies the address, and ends all sessions`() async throws {
        try await Stores.open { stores in
            let tokens = EmailTokenStore(stores.database)
            let (ada, session) = try await stores.register("ada")
            let address = try EmailAddress("ADA@b.example")
            let (token, other) = (Self.token(), Self.token())
            #expect(try await tokens.requestReset(for: address, token, enqueuing: Stores.job()))
            #expect(try await tokens.requestReset(for: address, other, enqueuing: Stores.job()))
            let unknown = try EmailAddress("bob@b.example")
            #expect(try await tokens.requestReset(for: unknown, Self.token(), enqueuing: Stores.job()) == false)
            // A second request ends the first link.
            let first = try await stores.accounts.resetPassword(with: token.id, to: "x", enqueuing: Stores.job())
            #expect(first == nil)
            let change = try await stores.accounts.resetPassword(
                with: other.id, to: "new", enqueuing: Stores.job())
            #expect(change?.ended == [session])
            #expect(try await stores.accounts.credentials(of: ada.id)?.passwordHash == "new")
            #expect(try await stores.accounts.details(of: ada.id)?.isVerified == true)
            let second = try await stores.accounts.resetPassword(with: other.id, to: "x", enqueuing: Stores.job())
            #expect(second == nil)
        }
    }

    @Test func `a change of the password, a provider's login and a deactivation end the links that reset it`()
        async throws
    {
        try await Stores.open { stores in
            let tokens = EmailTokenStore(stores.database)
            let (ada, session) = try await stores.register("ada")
            let address = try EmailAddress("ada@b.example")
            let ends: [(String, @Sendable () async throws -> Void)] = [
                (
                    "password",
                    {
                        _ = try await stores.accounts.changePassword(
                            of: ada.id, from: "hash", to: "new", keeping: session, enqueuing: Stores.job())
                    }
                ),
                (
                    "provider",
                    {
                        let proof = ProviderIdentities.Proof(
                            issuer: "https://id.example", subject: "1", nonce: "a",
                            nonceEnd: Timestamp.now.adding(.seconds(60)))
                        let session = NewSession(
                            id: Stores.id(SessionID.self), refreshHash: [2],
                            expiresAt: Timestamp.now.adding(.seconds(60)), userAgent: nil, ipAddress: "127.0.0.1")
                        _ = try await ProviderIdentities(stores.database).open(
                            session, for: ada.id, proof, email: nil, enqueuing: Stores.job())
                    }
                ),
                (
                    "deactivation",
                    {
                        _ = try await stores.accounts.deactivate(ada.id)
                        _ = try await stores.accounts.activate(ada.id)
                    }
                ),
            ]
            for (name, end) in ends {
                let token = Self.token()
                #expect(try await tokens.requestReset(for: address, token, enqueuing: Stores.job()), "\(name)")
                try await end()
                #expect(try await tokens.find(token.id, .reset) == nil, "\(name)")
                let change = try await stores.accounts.resetPassword(with: token.id, to: "x", enqueuing: Stores.job())
                #expect(change == nil, "\(name)")
            }
        }
    }
}

@Suite("Identities at OpenID providers", .database)
struct ProviderIdentitiesTests {
    private static func proof(_ nonce: String) -> ProviderIdentities.Proof {
        ProviderIdentities.Proof(
            issuer: "https://id.example", subject: "1", nonce: nonce, nonceEnd: Timestamp.now.adding(.seconds(60)))
    }

    private static func session(_ hash: UInt8) -> NewSession {
        NewSession(
            id: Stores.id(SessionID.self), refreshHash: [hash], expiresAt: Timestamp.now.adding(.seconds(60)),
            userAgent: nil, ipAddress: "127.0.0.1")
    }

    @Test func `an identity has one account, and a nonce opens one session`() async throws {
        try await Stores.open { stores in
            let identities = ProviderIdentities(stores.database)
            let new = NewAccount(
                id: Stores.id(UserID.self), email: "ada@b.example", username: "ada", passwordHash: nil,
                persona: .listener, isVerified: true)
            try await identities.register(new, session: Self.session(1), Self.proof("a"), enqueuing: Stores.job())
            #expect(try await identities.account(issuer: "https://id.example", subject: "1") == new.id)
            #expect(try await identities.account(issuer: "https://id.example", subject: "2") == nil)
            #expect(try await stores.accounts.credentials(of: new.id)?.passwordHash == .some(nil))
            await #expect(throws: ProviderIdentities.NonceUsed.self) {
                try await identities.open(
                    Self.session(2), for: new.id, Self.proof("a"), email: nil, enqueuing: Stores.job())
            }
            let opened = try await identities.open(
                Self.session(2), for: new.id, Self.proof("b"), email: nil, enqueuing: Stores.job())
            #expect(opened?.ended == [] && opened?.isEnqueued == false)
            #expect(try await stores.sessions.open(of: new.id).count == 2)
        }
    }

    @Test func `a provider's login removes the password of an unverified account`() async throws {
        try await Stores.open { stores in
            let identities = ProviderIdentities(stores.database)
            let (ada, session) = try await stores.register("ada")
            let opened = try await identities.open(
                Self.session(2), for: ada.id, Self.proof("a"), email: ada.email, enqueuing: Stores.job())
            #expect(opened?.ended == [session])
            #expect(try await stores.accounts.credentials(of: ada.id)?.passwordHash == .some(nil))
            _ = try await stores.accounts.deactivate(ada.id)
            let refused = try await identities.open(
                Self.session(3), for: ada.id, Self.proof("b"), email: nil, enqueuing: Stores.job())
            #expect(refused == nil)
        }
    }
}

@Suite("Account exports", .database)
struct AccountExportsTests {
    @Test func `an export is pending, then ready, or failed`() async throws {
        try await Stores.open { stores in
            let exports = AccountExports(stores.database)
            let ada = try await stores.register("ada").account.id
            #expect(try await exports.find(of: ada) == nil)
            let job = Stores.job()
            #expect(try await exports.request(Stores.id(JobID.self).identifier, of: ada, enqueuing: job))
            #expect(try await exports.find(of: ada)?.state == .pending)
            #expect(try await exports.finish(ada, byteCount: 7, job: job.id))
            #expect(try await exports.find(of: ada)?.state == .ready)
            #expect(try await exports.find(of: ada)?.byteCount == 7)
            // The job was finished: its second run changes nothing.
            #expect(try await exports.finish(ada, byteCount: 8, job: job.id))
            #expect(try await exports.find(of: ada)?.byteCount == 7)
            #expect(try await exports.request(Stores.id(JobID.self).identifier, of: ada, enqueuing: Stores.job()))
            try await exports.giveUp(ada)
            #expect(try await exports.find(of: ada)?.state == .failed)
            #expect(try await exports.removeExpired() == [])
        }
    }

    @Test func `an export holds no secret`() async throws {
        try await Stores.open { stores in
            let exports = AccountExports(stores.database)
            let ada = try await stores.register("ada").account.id
            let upload = try await stores.upload(ada)
            let summary = String(decoding: try #require(try await exports.summary(of: ada)), as: UTF8.self)
            #expect(summary.contains("ada@b.example"))
            #expect(
                !summary.contains("password_hash") && !summary.contains("refresh_hash")
                    && !summary.contains("previous_hash"))
            let files = try await exports.files(of: ada, after: nil)
            #expect(files.map(\.id) == [upload.media])
            #expect(try await exports.files(of: ada, after: upload.media).isEmpty)
            #expect(try await exports.summary(of: Stores.id(UserID.self)) == nil)
        }
    }
}
