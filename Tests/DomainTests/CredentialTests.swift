import Domain
import Testing

@Suite("Credentials of an account")
struct CredentialTests {
    @Test(arguments: ["ada", "deletedscenes", "rooted", "a.b-c_d", "ABC123", String(repeating: "x", count: 30)])
    func `accepts a user name`(name: String) throws {
        #expect(try Username(name).description == name)
    }

    @Test(arguments: [
        "", "ab", String(repeating: "x", count: 31), "a b", "имя", "a/b", "name\u{0}", "me", "Search", "USERNAME",
        "a@b", "admin", "Administrator", "root", "support", "API", "moderator", "Social_Play", "a.d.m.i.n", "deleted-7",
        "Deleted.user", "ad\u{202E}min", "ad\u{200B}a",
    ])
    func `refuses a user name`(name: String) {
        #expect(throws: DomainError.self) { try Username(name) }
    }

    @Test(arguments: ["a@b.example", "first.last+tag@sub.domain.org", "UPPER@Example.COM"])
    func `accepts an e-mail address`(address: String) throws {
        #expect(try EmailAddress(address).description == address)
    }

    @Test(arguments: [
        "", "a", "a@b", "@b.example", "a@", "a@b@c.example", "a b@c.example", "a@.example", "a@b..example",
        "a@-b.example",
        "a@b.example\r\nBcc: all@b.example", "имя@b.example", "<a@b.example>", "a,b@c.example",
        String(repeating: "a", count: 65) + "@b.example", "a@" + String(repeating: "b", count: 250) + ".example",
        "a..b@c.example", "a.@c.example", ".a@c.example", "a@exa_mple.org", "a@exam!ple.org", "a@b-.example",
        "a@" + String(repeating: "b", count: 64) + ".example", "a@192.0.2.1", "a@[192.0.2.1]", "\"a\"@c.example",
        String(repeating: "a", count: 64) + "@" + String(repeating: "b.", count: 92) + "example",
    ])
    func `refuses an e-mail address`(address: String) {
        #expect(throws: DomainError.self) { try EmailAddress(address) }
    }

    @Test(arguments: [
        "0192f0c1-0000-7000-8000-000000000000@deleted.invalid", "a@b.invalid", "a@b.TEST", "a@b.localhost", "a@b.local",
        "a@b.internal", "a@b.onion",
    ])
    func `refuses an address in a domain that no mail reaches, but finds an account that has it`(address: String) throws
    {
        #expect(throws: DomainError(field: "email", reason: "Email must not be in a reserved domain")) {
            try EmailAddress(address)
        }
        #expect(try EmailAddress(existing: address).description == address)
    }

    @Test(arguments: ["a..b@c.example", "a.@c.example", "a@exa_mple.org", "a@b"])
    func `looks up an address that an account could have before`(address: String) throws {
        #expect(try EmailAddress(existing: address).description == address)
    }

    @Test(arguments: [
        "", "a", "a b@c.example", "a\u{0}@c.example", "имя@c.example", "<a@b.example>",
        "a@\(String(repeating: "b", count: 253))",
    ])
    func `does not look up what never was an address`(text: String) {
        #expect(throws: DomainError.self) { try EmailAddress(existing: text) }
    }

    @Test func `compares e-mail addresses without regard to case`() throws {
        #expect(try EmailAddress("A@B.example").key == EmailAddress("a@b.EXAMPLE").key)
    }

    @Test(arguments: ["83651947", "password123", String(repeating: "п", count: 128), "with spaces and 🎻"])
    func `accepts a password`(password: String) throws {
        #expect(try Password(password).exposed == password)
    }

    @Test(arguments: [
        "", "1234567", "12345678", "87654321", "baseball1", "trustno1", "!qaz1qaz", "MYSPACE1", "ПРИВЕТ123",
        "aaaaaaaaaa", "Password1", "QWERTYUIOP", "йцукенгш", "ILoveYou",
        String(repeating: "x", count: 129), String(repeating: "🎻", count: 300), "12345678\u{0}",
    ])
    func `refuses a password`(password: String) {
        #expect(throws: DomainError.self) { try Password(password) }
    }

    @Test func `a password is the same in every form of its accented letters`() throws {
        let decomposed = "Pa\u{308}sswo\u{308}rter1e\u{301}"
        #expect(Array(try Password(decomposed).exposed.utf8) == Array("P\u{E4}ssw\u{F6}rter1\u{E9}".utf8))
        // Eight characters when composed, more when not.
        #expect(throws: DomainError.self) { try Password("e\u{301}e\u{301}e\u{301}e\u{301}") }
    }

    @Test(arguments: [
        "ada.lovelace", "ADA.Lovelace", "ada.lovelace1", "1815ada.lovelace!", "countess@b.example", "countess1852",
        "SocialPlay1!",
    ])
    func `refuses the name and address of the account, and what is derived from them`(text: String) throws {
        let password = try Password(text, field: "newPassword")
        #expect(throws: DomainError.self) {
            try password.requireUnlike(username: "ada.lovelace", email: "Countess@b.example")
        }
    }

    @Test func `accepts a password that only contains the name`() throws {
        try Password("ada plays the violin").requireUnlike(username: "ada", email: "ada@b.example")
        try Password("83651947").requireUnlike(username: "123", email: "1@b.example")
        try Password("a8365194").requireUnlike(username: "a_1", email: "b@b.example")
    }

    @Test func `never prints a password`() throws {
        let password = try Password("do not show me")
        #expect(!"\(password) \(String(reflecting: password)) \([password])".contains("show"))
        var dumped = ""
        dump(password, to: &dumped)
        #expect(!dumped.contains("show"))
    }
}
