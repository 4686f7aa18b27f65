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
            #expect(try await stores.accounts.refusal(of: ada.id, requiring: [.moderator]) == nil)
            #expect(try await stores.accounts.deactivate(ada.id) == [session])
            #expect(try await stores.accounts.deactivate(ada.id) == nil)
            #expect(try await stores.accounts.refusal(of: ada.id, requiring: [.moderator]) == .roleRequired)
            #expect(try await stores.accounts.activate(ada.id))
            #expect(try await stores.accounts.activate(ada.id) == false)
            #expect(try await stores.accounts.refusal(of: ada.id, requiring: [.moderator]) == nil)
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
