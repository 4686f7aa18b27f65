import Domain
import Mail
import Testing

@Suite struct MailAddressTests {
    @Test(arguments: [
        ("anna@example.org", nil, "anna@example.org"),
        ("<anna@example.org>", nil, "anna@example.org"),
        ("Anna <anna@example.org>", "Anna", "anna@example.org"),
        ("\"Anna, B.\" <anna@example.org>", "Anna, B.", "anna@example.org"),
        ("Анна <a.n-n_a+tag@mail.example.org>", "Анна", "a.n-n_a+tag@mail.example.org"),
        ("no-reply@localhost", nil, "no-reply@localhost"),
        ("a@[127.0.0.1]", nil, "a@[127.0.0.1]"),
        ("A <b> <anna@example.org>", "A <b>", "anna@example.org"),
    ])
    func `an address is parsed with its name`(text: String, name: String?, address: String) throws {
        let parsed = try MailAddress(parsing: text)
        #expect(parsed.name == name)
        #expect(parsed.address == address)
    }

    @Test(arguments: [
        "", "anna", "@example.org", "anna@", "anna@@example.org", "a b@example.org", "anna@exa mple.org",
        "anna@example.org\r\nRCPT TO:<eve@example.org>", "anna@example.org>", "<anna@example.org", "an<na@example.org",
        ".anna@example.org", "an..na@example.org", "anna.@example.org", "anna@example..org", "анна@example.org",
        "anna@пример.рф", "\"anna\"@example.org", "anna@example.org,eve@example.org", "anna@example.org\u{0}",
        String(repeating: "a", count: 65) + "@example.org", "a@" + String(repeating: "b", count: 253),
    ])
    func `an address that is not plain is rejected`(text: String) {
        #expect(throws: MailFormatError.self) { try MailAddress(parsing: text) }
        #expect(throws: MailFormatError.self) { try MailAddress(address: text) }
    }

    @Test(arguments: [
        "anna@example.org", "a.b+c@sub.example.org", "!#$%&'*+-/=?^_`{|}~@example.org", "a@xn--80a.example",
        String(repeating: "a", count: 64) + "@example.org", "an..na@example.org", "anna@exa_mple.org",
        "anna@-example.org", "anna@example-.org", String(repeating: "a", count: 65) + "@example.org",
        "a@" + String(repeating: "b", count: 64) + ".org",
    ])
    func `what an account may have is what a mail can be sent to`(text: String) throws {
        #expect(((try? EmailAddress(text)) == nil) == ((try? MailAddress(address: text)) == nil))
    }

    @Test func `the domain is what follows the at sign`() throws {
        #expect(try MailAddress(address: "anna@mail.example.org").domain == "mail.example.org")
    }
}
