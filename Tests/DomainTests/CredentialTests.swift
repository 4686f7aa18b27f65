import Domain
import Testing

@Suite("Credentials of an account")
struct CredentialTests {
    @Test(arguments: ["ada", "a.b-c_d", "ABC123", String(repeating: "x", count: 30)])
    func `accepts a user name`(name: String) throws {
        #expect(try Username(name).description == name)
    }

    @Test(arguments: [
        "", "ab", String(repeating: "x", count: 31), "a b", "имя", "a/b", "name\u{0}", "me", "Search", "USERNAME",
        "a@b",
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
    ])
    func `refuses an e-mail address`(address: String) {
        #expect(throws: DomainError.self) { try EmailAddress(address) }
    }

    @Test func `compares e-mail addresses without regard to case`() throws {
        #expect(try EmailAddress("A@B.example").key == EmailAddress("a@b.EXAMPLE").key)
    }

    @Test(arguments: ["83651947", "password123", String(repeating: "п", count: 128), "with spaces and 🎻"])
    func `accepts a password`(password: String) throws {
        #expect(try Password(password).exposed == password)
    }

    @Test(arguments: [
        "", "1234567", "12345678", "87654321", "aaaaaaaaaa", "Password1", "QWERTYUIOP", "йцукенгш", "ILoveYou",
        String(repeating: "x", count: 129), String(repeating: "🎻", count: 300), "12345678\u{0}",
    ])
    func `refuses a password`(password: String) {
        #expect(throws: DomainError.self) { try Password(password) }
    }

    @Test func `never prints a password`() throws {
        let password = try Password("do not show me")
        #expect(!"\(password) \(String(reflecting: password)) \([password])".contains("show"))
        var dumped = ""
        dump(password, to: &dumped)
        #expect(!dumped.contains("show"))
    }
}
