import Chassis
import Domain
import Postgres
import Storage
import TestSupport
import Testing

@Suite("Second factors", .database)
struct TwoFactorStoreTests {
    private let later = Timestamp.now.adding(.seconds(3_600))
    private static let secret: [UInt8] = [1, 2, 3]
    private static let hashes = (0..<10).map { "0\($0)" }

    @Test(arguments: [true, false])
    func `of ten logins at once with one code one opens a session`(isRecovery: Bool) async throws {
        try await Stores.openParallel(10) { _, stores in
            let ada = try await enabled("ada", stores[0])
            let factor: SecondFactor =
                isRecovery ? .recoveryCode(hash: [3]) : .oneTimePassword(step: 8, secret: Self.secret)
            let opened = try await withThrowingTaskGroup { group in
                for store in stores { group.addTask { try await isOpened(ada, factor, store) } }
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(opened == 1)
            #expect(try await stores[0].sessions.open(of: ada).count == 2)
            let left = try await TwoFactorStore(stores[0].database).read(ada)?.recoveryCodeCount
            #expect(left == (isRecovery ? 9 : 10))
        }
    }

    @Test func `a refused login spends nothing, and an older code or one of another secret is refused`() async throws {
        try await Stores.open { stores in
            let ada = try await enabled("ada", stores)
            for factor in [
                nil, SecondFactor.oneTimePassword(step: 7, secret: Self.secret),
                .oneTimePassword(step: 9, secret: [9]), .recoveryCode(hash: [77]),
            ] {
                #expect(try await !isOpened(ada, factor, stores))
            }
            // Another password: the code can still be used.
            let factor = SecondFactor.oneTimePassword(step: 9, secret: Self.secret)
            #expect(
                try await stores.sessions.open(
                    session(), for: ada, verifiedHash: "other", newHash: nil, secondFactor: factor,
                    enqueuing: Stores.job()) == nil)
            #expect(try await isOpened(ada, factor, stores))
        }
    }

    @Test func `a login that waits for the change of two-factor login needs it`() async throws {
        try await Stores.openParallel(2) { environment, stores in
            let ada = try await stores[0].register("ada").account.id
            let store = TwoFactorStore(stores[0].database)
            #expect(try await store.begin(ada, secret: Self.secret) == nil)
            let holder = try BlockingConnection.open(environment.databaseURL)
            try holder.run("BEGIN; SELECT FROM accounts FOR NO KEY UPDATE; UPDATE accounts SET two_factor_at = now()")
            async let isOpened = isOpened(ada, nil, stores[1])
            try await waiting(1, stores[0])
            try holder.run("COMMIT")
            #expect(try await !isOpened)
        }
    }

    @Test func `a change ends every other session, and each is refused in the wrong state`() async throws {
        try await Stores.open { stores in
            let store = TwoFactorStore(stores.database)
            let (account, kept) = try await stores.register("ada")
            let ada = account.id
            let factor = { (step: Int) in SecondFactor.oneTimePassword(step: step, secret: Self.secret) }
            func confirm(_ step: Int) async throws -> TwoFactorStore.Change {
                try await store.confirm(
                    ada, with: factor(step), codes: Self.hashes, keeping: kept, enqueuing: Stores.job())
            }
            #expect(refusal(try await confirm(1)) == .twoFactorNotBegun)
            #expect(
                refusal(try await store.disable(ada, with: factor(1), keeping: kept, enqueuing: Stores.job()))
                    == .twoFactorNotEnabled)
            #expect(refusal(try await store.reset(ada, by: ada, enqueuing: Stores.job())) == .twoFactorNotEnabled)
            // An unconfirmed secret concerns no login.
            #expect(try await store.begin(ada, secret: [9]) == nil)
            #expect(try await store.begin(ada, secret: Self.secret) == nil)
            #expect(try await stores.accounts.credentials(of: ada)?.secondFactor == nil)
            #expect(try await isOpened(ada, nil, stores))
            #expect(ended(try await confirm(1)) == 1)
            #expect(try await stores.sessions.open(of: ada).map(\.id) == [kept])
            #expect(try await stores.accounts.credentials(of: ada)?.secondFactor?.lastStep == 1)
            #expect(refusal(try await confirm(2)) == .twoFactorAlreadyEnabled)
            #expect(try await store.begin(ada, secret: [9]) == .twoFactorAlreadyEnabled)
            // The code of the confirmation is spent.
            #expect(try await !isOpened(ada, factor(1), stores))
            #expect(try await isOpened(ada, .recoveryCode(hash: [2]), stores))
            let renewed = try await store.renewRecoveryCodes(
                ada, with: factor(2), codes: ["aa"], keeping: kept, enqueuing: Stores.job())
            #expect(ended(renewed) == 1)
            #expect(try await !isOpened(ada, .recoveryCode(hash: [3]), stores))
            #expect(
                refusal(try await store.disable(ada, with: factor(2), keeping: kept, enqueuing: Stores.job()))
                    == .twoFactorInvalid)
            #expect(
                ended(
                    try await store.disable(
                        ada, with: .recoveryCode(hash: [0xAA]), keeping: kept, enqueuing: Stores.job())) == 0)
            #expect(try await isOpened(ada, nil, stores))
            #expect(try await rows(stores) == 0)
        }
    }

    @Test func `a secret must be confirmed within an hour`() async throws {
        try await Stores.open { stores in
            let store = TwoFactorStore(stores.database)
            let (account, session) = try await stores.register("ada")
            _ = try await store.begin(account.id, secret: Self.secret)
            _ = try await stores.database.write(
                Statement("test_age", "UPDATE two_factor SET created_at = now() - interval '61 minutes'"), [])
            let change = try await store.confirm(
                account.id, with: .oneTimePassword(step: 1, secret: Self.secret), codes: [], keeping: session,
                enqueuing: Stores.job())
            #expect(refusal(change) == .twoFactorNotBegun)
        }
    }

    @Test func `a closed account keeps no secret, and an export has none`() async throws {
        try await Stores.open { stores in
            let ada = try await enabled("ada", stores)
            let export = try #require(try await AccountExports(stores.database).summary(of: ada))
            let text = String(decoding: export, as: UTF8.self)
            #expect(text.contains("two_factor_at") && !text.contains("secret") && !text.contains("010203"))
            #expect(try await stores.accounts.delete(ada, enqueuing: Stores.job()) != nil)
            #expect(try await rows(stores) == 0)
        }
    }

    @Test func `a provider's login needs the code, and a refused one can use its token again`() async throws {
        try await Stores.open { stores in
            let ada = try await enabled("ada", stores)
            let identities = ProviderIdentities(stores.database)
            let proof = ProviderIdentities.Proof(
                issuer: "https://id.example", subject: "1", nonce: "n", nonceEnd: later)
            for factor in [nil, SecondFactor.oneTimePassword(step: 7, secret: Self.secret)] {
                await #expect(throws: SecondFactorRefused.self) {
                    try await identities.open(
                        session(), for: ada, proof, email: nil, secondFactor: factor, enqueuing: Stores.job())
                }
            }
            let factor = SecondFactor.oneTimePassword(step: 8, secret: Self.secret)
            // The address was not verified: its password goes, the second factor stays.
            let opened = try await identities.open(
                session(), for: ada, proof, email: nil, secondFactor: factor, enqueuing: Stores.job())
            #expect(opened?.ended.count == 1)
            let left = try await stores.accounts.credentials(of: ada)
            #expect(left?.passwordHash == .some(nil) && left?.secondFactor?.lastStep == 8)
        }
    }

    // MARK: Pieces

    /// Registers a user whose newest spent step is 7.
    private func enabled(_ name: String, _ stores: Stores) async throws -> UserID {
        let store = TwoFactorStore(stores.database)
        let (account, session) = try await stores.register(name)
        _ = try await store.begin(account.id, secret: Self.secret)
        let change = try await store.confirm(
            account.id, with: .oneTimePassword(step: 7, secret: Self.secret), codes: Self.hashes, keeping: session,
            enqueuing: Stores.job())
        #expect(refusal(change) == nil)
        return account.id
    }

    private func session() -> NewSession {
        NewSession(
            id: Stores.id(SessionID.self), refreshHash: [9], expiresAt: later, userAgent: nil, ipAddress: "::1")
    }

    private func isOpened(_ user: UserID, _ factor: SecondFactor?, _ stores: Stores) async throws -> Bool {
        do {
            return try await stores.sessions.open(
                session(), for: user, verifiedHash: "hash", newHash: nil, secondFactor: factor,
                enqueuing: Stores.job()) != nil
        } catch is SecondFactorRefused {
            return false
        }
    }

    private func refusal(_ change: TwoFactorStore.Change) -> DomainError.Code? {
        if case .refused(let code) = change { code } else { nil }
    }

    private func ended(_ change: TwoFactorStore.Change) -> Int? {
        if case .changed(let ended, _) = change { ended.count } else { nil }
    }

    private func rows(_ stores: Stores) async throws -> Int {
        let count = Statement(
            "test_rows", "SELECT (SELECT count(*) FROM two_factor) + (SELECT count(*) FROM recovery_codes)")
        guard var row = try await stores.database.read(count, []).first else { return -1 }
        return try row.int()
    }

    /// Returns when some statements of the test's database wait for a lock.
    private func waiting(_ count: Int, _ stores: Stores) async throws {
        let locks = Statement(
            "test_waiting",
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
        try await eventually("a statement waits", within: 30) {
            guard var row = try await stores.database.read(locks, []).first else { return false }
            return try row.int() >= count
        }
    }
}
