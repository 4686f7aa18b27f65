import Chassis
import Domain
import Postgres
import Storage
import TestSupport
import Testing

/// The deletion of an account while others write rows that name it: it waits for those that have begun, refuses the
/// rest, and leaves counters that equal rows.
@Suite("Deletion of accounts", .database)
struct AccountDeletionTests {
    @Test func `a deletion waits for an acceptance that has begun, and its job finds the friendship`() async throws {
        try await Stores.openParallel(2) { environment, stores in
            let users = try await stores[0].users("ada", "bob")
            let id = try await stores[0].pending(from: users[0], to: users[1])
            let held = try HeldRows.profile(of: users[1], at: environment.databaseURL)
            async let accepted = stores[0].accept(id, by: users[1])
            try await held.wait(for: 1)
            async let ended = stores[1].accounts.delete(users[0], enqueuing: Stores.job())
            try await held.wait(for: 2)
            try held.release()
            #expect(try await accepted)
            #expect(try await ended?.count == 1)
            let job = Stores.id(JobID.self)
            #expect(try await stores[0].accounts.removeDeleted(users[0], job: job) == false)
            #expect(try await stores[0].friends.removeSome(of: users[0]) == 1)
            #expect(try await stores[0].accounts.removeDeleted(users[0], job: job))
            #expect(try await stores[0].friends.ids(of: users[1]).ids == [])
            #expect(try await CounterAudit(stores[0].database).page(after: nil).wrong == [])
        }
    }

    @Test func `a deletion waits for an upload that has begun, and its job finds the file`() async throws {
        try await Stores.openParallel(2) { environment, stores in
            let user = try await stores[0].users("ada")[0]
            let held = try HeldRows.profile(of: user, at: environment.databaseURL)
            async let uploaded = stores[0].upload(user)
            try await held.wait(for: 1)
            async let ended = stores[1].accounts.delete(user, enqueuing: Stores.job())
            try await held.wait(for: 2)
            try held.release()
            let file = try await uploaded.media
            _ = try await ended
            #expect(try await stores[0].accounts.filesOfDeleted(user) == [file])
            #expect(try await stores[0].accounts.removeDeleted(user, job: Stores.id(JobID.self)) == false)
            let step = try await stores[0].accounts.removeFiles([file], of: user, enqueuing: Stores.job())
            #expect(step.removed == 1 && step.left == 0)
            #expect(try await stores[0].accounts.removeDeleted(user, job: Stores.id(JobID.self)))
        }
    }

    /// How an account is closed.
    enum Closing: CaseIterable {
        case deactivated, deleted
    }

    @Test(arguments: Closing.allCases)
    func `a closed account gets no new row from any statement, and none fails by a foreign key`(_ closing: Closing)
        async throws
    {
        try await Stores.open { stores in
            let users = try await stores.users("closed", "bob")
            let (closed, bob) = (users[0], users[1])
            let fromClosed = try await stores.pending(from: closed, to: bob)
            try await stores.close(closed, closing)
            // The second round finds no row of a deleted account.
            for _ in 0..<(closing == .deleted ? 2 : 1) {
                try await refuseAll(stores, closed: closed, bob: bob, request: fromClosed)
                guard closing == .deleted else { continue }
                #expect(try await stores.accounts.removeDeleted(closed, job: Stores.id(JobID.self)))
            }
            #expect(try await CounterAudit(stores.database).page(after: nil).wrong == [])
        }
    }

    private func refuseAll(_ stores: Stores, closed: UserID, bob: UserID, request: FriendshipID) async throws {
        let database = stores.database
        #expect(try await stores.request(from: bob, to: closed).code == .userNotFound)
        #expect(try await stores.request(from: closed, to: bob).code == .tokenInvalid)
        let accepted = try await stores.friends.accept(
            request, by: bob, from: Stores.id(UserID.self), enqueuing: FriendJobs())
        #expect(accepted.code == .friendRequestNotFound)
        #expect(try await stores.friends.decline(request, by: bob) == false)
        #expect(try await BlockStore(database).block(closed, by: bob) == false)
        #expect(try await BlockStore(database).block(bob, by: closed) == false)
        #expect(try await stores.code(ofMessageFrom: bob, to: closed) == .userNotFound)
        #expect(try await stores.code(ofMessageFrom: closed, to: bob) == .tokenInvalid)
        #expect(
            try await stores.media.add(
                Stores.newMedia(of: closed), within: Stores.quota, enqueuing: [Stores.job()])
                == .refused(.tokenInvalid))
        let browser = PushSubscriptions.Subscription(
            id: Stores.id(SubscriptionID.self), endpoint: "https://push.example/1", publicKey: [1], secret: [2])
        #expect(try await PushSubscriptions(database).add(browser, of: closed) == nil)
        #expect(
            try await AccountExports(database).request(
                Stores.id(UserID.self).identifier, of: closed, enqueuing: Stores.job()) == false)
        let token = NewEmailToken(id: Stores.id(EmailTokenID.self), expiresAt: Timestamp.now.adding(.seconds(60)))
        #expect(
            try await EmailTokenStore(database).requestVerification(of: closed, token, enqueuing: Stores.job())
                == false)
        #expect(
            try await AnnouncementStore(database).create(
                Stores.id(AnnouncementID.self), title: "T", body: "B", by: closed, enqueuing: Stores.job()) == false)
        #expect(try await stores.accounts.update(closed, AccountChanges()) == false)
        let preferences = PreferenceStore(database)
        #expect(try await preferences.change(NotificationPreferenceChanges(), of: closed) == nil)
        #expect(try await stores.notify(closed, by: bob).isEmpty)
        #expect(try await stores.notify(bob, by: closed).isEmpty)
    }

    @Test func `an export that is complete after its account was deleted is to be deleted`() async throws {
        try await Stores.open { stores in
            let exports = AccountExports(stores.database)
            let user = try await stores.users("ada")[0]
            let job = Stores.job()
            #expect(try await exports.request(Stores.id(JobID.self).identifier, of: user, enqueuing: job))
            _ = try await stores.accounts.delete(user, enqueuing: Stores.job())
            #expect(try await exports.finish(user, byteCount: 7, job: job.id) == false)
        }
    }

    @Test func `the deletion of the actor of notifications leaves them in the inbox, without the actor`() async throws {
        try await Stores.open { stores in
            let users = try await stores.users("ada", "bob")
            #expect(try await stores.notify(users[1], by: users[0]).count == 1)
            _ = try await stores.accounts.delete(users[0], enqueuing: Stores.job())
            let job = Stores.id(JobID.self)
            #expect(try await stores.accounts.removeDeleted(users[0], job: job) == false)
            #expect(try await stores.accounts.forgetActor(users[0]) == 1)
            #expect(try await stores.accounts.removeDeleted(users[0], job: job))
            let inbox = try await NotificationStore(stores.database).page(of: users[1], offset: 0, limit: 9)
            #expect(inbox.notifications.count == 1 && inbox.notifications.first?.actor == nil)
        }
    }
}

extension FriendOutcome {
    fileprivate var code: DomainError.Code? {
        if case .refused(let code) = self { code } else { nil }
    }
}

extension Stores {
    fileprivate func close(_ user: UserID, _ closing: AccountDeletionTests.Closing) async throws {
        switch closing {
        case .deactivated: _ = try await accounts.deactivate(user)
        case .deleted: _ = try await accounts.delete(user, enqueuing: Self.job())
        }
    }

    fileprivate func code(ofMessageFrom sender: UserID, to receiver: UserID) async throws -> DomainError.Code? {
        let outcome = try await MessageStore(database).send(
            NewMessage(
                from: sender, to: receiver, "Hello", needsFriendship: false, in: Self.id(ConversationID.self),
                enqueuing: Self.job()))
        return if case .refused(let code) = outcome { code } else { nil }
    }

    fileprivate static func newMedia(of user: UserID) -> NewMedia {
        let id = id(MediaID.self)
        return NewMedia(
            id: id, owner: user, purpose: .avatar, originalName: "me.jpg", fileName: "\(id).jpg",
            mimeType: "image/jpeg", format: "jpeg", byteCount: 10, sha256: [7])
    }

    /// Notifies a user of an achievement of another, by a job of its own.
    fileprivate func notify(_ user: UserID, by actor: UserID) async throws -> Set<JobID> {
        let job = Self.job()
        _ = try await database.write(
            Statement("test_enqueue", "INSERT INTO outbox SELECT * FROM outbox_rows($1)"), [.json([job].records)])
        let descriptor = try #require(NotificationCatalog.standard[.achievement])
        return try await NotificationStore(database).create(
            NewNotification(
                id: Self.id(NotificationID.self), user: user, descriptor, actor: actor, entity: user.identifier,
                title: "T", event: "event:\(job.id)"),
            push: Self.job(), digest: nil, finishing: job.id)
    }
}
