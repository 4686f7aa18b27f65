import Domain
import Jobs
import Postgres
import Storage
import TestSupport
import Testing

@testable import Workers

/// E-mails about an account.
@Suite("Account mails", .database)
struct AccountMailTests {
    @Test(arguments: [
        (Language.english, "A session of your account was ended", "Hello ada,"),
        (Language.russian, "Сеанс вашего аккаунта завершён", "Здравствуйте, ada!"),
    ])
    func `a reused refresh token is mailed to its owner in their language`(
        language: Language, subject: String, greeting: String
    ) async throws {
        try await PoolHarness.open { pools in
            let ada = try await pools.register("ada", language: language)
            let sessions = Statement("test_session", "SELECT id FROM sessions WHERE user_id = $1")
            var row = try #require(try await pools.context.database.read(sessions, [.id(ada)]).first)
            let session = try row.id(SessionID.self)
            try await pools.run(SendTokenReuseNotice(account: ada, session: session))
            let mail = try #require(pools.mailbox.decodedMail(to: "ada@b.example", subject).first)
            #expect(mail.text.contains(greeting) && mail.text.contains("127.0.0.1"))
        }
    }

    @Test func `no mail is sent about a session that is gone`() async throws {
        try await PoolHarness.open { pools in
            let ada = try await pools.register("ada")
            try await pools.run(SendTokenReuseNotice(account: ada, session: PoolHarness.id()))
            #expect(pools.mailbox.mail(to: "ada@b.example").isEmpty)
        }
    }

    @Test(arguments: SendTwoFactorChanged.Change.allCases)
    func `a change of two-factor login is mailed in both languages`(change: SendTwoFactorChanged.Change) async throws {
        try await PoolHarness.open { pools in
            let ada = try await pools.register("ada")
            let bob = try await pools.register("bob", language: .russian)
            for user in [ada, bob] { try await pools.run(SendTwoFactorChanged(account: user, change: change)) }
            let english = pools.mailbox.decodedMail(
                to: "ada@b.example", "Two-factor login of your account was changed")
            #expect(english.first?.text.contains("Hello ada,") == true)
            let russian = pools.mailbox.decodedMail(to: "bob@b.example", "Двухфакторный вход в ваш аккаунт изменён")
            #expect(russian.first?.text.contains("Здравствуйте, bob!") == true)
        }
    }
}
