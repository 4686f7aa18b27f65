import Domain
import Testing

/// Texts that users write: S0-42, S0-51.
@Suite("Texts of users")
struct TextTests {
    private static let invisible = [
        "", " ", "   ", "\n\t", "\u{A0}", "\u{200B}", "\u{200B}\u{200B}", "\u{2060}", "\u{FEFF}", "\u{AD}", "\u{3164}",
        "\u{115F}", "\u{FFA0}", "\u{2800}", "\u{180E}", "\u{200D}", "\u{FE0F}", "\u{E0041}", "\u{202E}", "\u{2028}",
        "\u{FFF9}\u{FFFB}", " \u{200B}\u{2800}\u{3000}",
    ]

    @Test(arguments: invisible)
    func `a text that shows nothing is refused in every field`(text: String) {
        #expect(throws: DomainError.self) { try MessageText(text) }
        #expect(throws: DomainError.self) { try FriendRequestText(text) }
        #expect(throws: DomainError.self) { try GameTitle(text) }
        #expect(throws: DomainError.self) { try ProfileText.name(text, field: "firstName") }
        if !text.isEmpty { #expect(throws: DomainError.self) { try ProfileText.biography(text) } }
    }

    @Test(arguments: ["👨‍👩‍👧", "نمی‌خواهم", "क्‍ष", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "❤️", "a", "0", "\u{301}"])
    func `a text that shows something is kept as typed`(text: String) throws {
        #expect(Array(try MessageText(text).text.utf8) == Array(text.utf8))
        #expect(Array(try ProfileText.name(text, field: "firstName").utf8) == Array(text.utf8))
    }

    @Test func `texts are stored in canonical composition`() throws {
        let (decomposed, composed) = ("Jose\u{301} \u{1100}\u{1161} \u{2126}", Array("Jos\u{E9} \u{AC00} \u{3A9}".utf8))
        #expect(Array(try MessageText(decomposed).text.utf8) == composed)
        #expect(Array(try FriendRequestText(decomposed).text.utf8) == composed)
        #expect(Array(try GameTitle(decomposed).text.utf8) == composed)
        #expect(Array(try ProfileText.name(decomposed, field: "f").utf8) == composed)
        #expect(Array(try ProfileText.biography(decomposed).utf8) == composed)
        #expect(Array("plain é".composed.utf8) == Array("plain \u{E9}".utf8))
    }

    @Test(arguments: [
        "\u{202A}", "\u{202B}", "\u{202C}", "\u{202D}", "\u{202E}", "\u{2066}", "\u{2067}", "\u{2068}", "\u{2069}",
    ])
    func `a name that turns the direction of what follows is refused`(control: String) throws {
        #expect(throws: DomainError.self) { try ProfileText.name("\(control)admin", field: "firstName") }
        #expect(throws: DomainError.self) { try GameTitle("Chess\(control)") }
        // A message stands by itself.
        #expect(try MessageText("a\(control)b").text == "a\(control)b")
    }

    @Test func `names lose what nobody sees`() throws {
        let typed = "\u{3000}\u{FEFF} ad\u{200B}a\u{AD}\u{200E}\u{200F}\u{61C}\u{2060} \u{200B} "
        #expect(Array(try ProfileText.name(typed, field: "firstName").unicodeScalars) == Array("ada".unicodeScalars))
        #expect(try GameTitle(" Chess ").text == "Chess")
    }

    @Test func `lengths count characters as people see them`() throws {
        let family = "👨‍👩‍👧‍👦"
        _ = try ProfileText.name(String(repeating: family, count: 50), field: "f")
        #expect(throws: DomainError.self) { try ProfileText.name(String(repeating: family, count: 51), field: "f") }
        _ = try MessageText(String(repeating: family, count: 2_000))
        #expect(code { try MessageText(String(repeating: "e\u{301}", count: 2_001)) } == .messageTooLong)
        _ = try MessageText(String(repeating: "e\u{301}", count: 2_000))
        _ = try FriendRequestText(String(repeating: family, count: 500))
        #expect(throws: DomainError.self) { try FriendRequestText(String(repeating: family, count: 501)) }
        // One character with more marks than any language has.
        #expect(throws: DomainError.self) {
            try ProfileText.name("a" + String(repeating: "\u{301}", count: 1_000), field: "f")
        }
    }

    @Test func `U+0000 is refused in every text`() {
        #expect(code { try MessageText("a\u{0}b") } == .messageNotText)
        #expect(throws: DomainError.self) { try FriendRequestText("a\u{0}b") }
        #expect(throws: DomainError.self) { try GameTitle("a\u{0}b") }
        #expect(throws: DomainError.self) { try ProfileText.name("a\u{0}b", field: "f") }
        #expect(throws: DomainError.self) { try ProfileText.biography("a\u{0}b") }
    }

    private func code(_ read: () throws -> MessageText) -> DomainError.Code? {
        do { _ = try read() } catch { return (error as? DomainError)?.code }
        return nil
    }
}
