import Domain
import Testing

@Suite("Values of a profile")
struct ProfileTests {
    @Test(arguments: [
        ("ru", Language.russian), ("ru-RU,ru;q=0.9,en-US;q=0.8", .russian), ("en-GB, ru", .english),
        ("de, fr;q=0.9", .english), ("en;q=0.2, ru;q=0.9", .russian), ("RU", .russian), ("", .english),
        ("ru;q=0, en;q=0.1", .english), (";;;,,=q", .english), ("*", .english),
    ])
    func `chooses a supported language by Accept-Language`(header: String, language: Language) {
        #expect(Language(accepting: header) == language)
    }

    @Test(arguments: ["2000-02-29", "1900-01-01", "2026-11-27", "1999-12-31T23:59:59.000Z"])
    func `accepts a date of birth`(text: String) throws {
        #expect(try BirthDate(text, notAfter: "2026-11-27").description == String(text.prefix(10)))
    }

    @Test(arguments: [
        "", "2001-02-29", "1900-02-29", "1899-12-31", "2026-11-28", "2000-13-01", "2000-00-10", "2000-1-1",
        "2000-01-32", "01.02.2000", "2000-01-01T00:00:00'; DROP", "２０００-01-01",
    ])
    func `refuses a date of birth`(text: String) {
        #expect(throws: DomainError.self) { try BirthDate(text, notAfter: "2026-11-27") }
    }

    @Test func `keeps letters of names and texts, and refuses control characters`() throws {
        #expect(try ProfileText.name("Анна-Мария 👩‍🎤", field: "n") == "Анна-Мария 👩‍🎤")
        #expect(try ProfileText.biography("one\n\ttwo") == "one\n\ttwo")
        for wrong in ["", "a\u{0}", "a\n", "a\u{1B}[0m", "a\u{2028}b", String(repeating: "a", count: 51)] {
            #expect(throws: DomainError.self) { try ProfileText.name(wrong, field: "n") }
        }
        #expect(throws: DomainError.self) { try ProfileText.biography("a\u{0}") }
    }

    @Test(arguments: [
        "http://a.example", "https://a.example/p?x=1#y", "https://a.example:8443/", "https://xn--80a.example",
    ])
    func `accepts a web address`(text: String) throws {
        #expect(try ProfileText.webAddress(text, field: "f") == text)
    }

    @Test(arguments: [
        "", "a.example", "ftp://a.example", "javascript:alert(1)", "https://", "https:///x", "https://u@a.example",
        "https://a.example/\" onload=", "https://a.example/<b>", "https://a b", "data:text/html,x",
        "https://a.example/" + String(repeating: "x", count: 2_048),
    ])
    func `refuses a web address`(text: String) {
        #expect(throws: DomainError.self) { try ProfileText.webAddress(text, field: "f") }
    }
}
