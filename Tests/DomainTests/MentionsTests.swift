import Testing

@testable import Domain

/// S2-101: which users a text mentions.
@Suite("Mentions")
struct MentionsTests {
    @Test(arguments: [
        ("@ada", ["ada"]), ("Hello @Ada, and (@bob)!", ["ada", "bob"]), ("«@ada»—@bob", ["ada", "bob"]),
        ("@ada,@bob @ada @ADA", ["ada", "bob"]), ("cc:@ada", ["ada"]), ("@ada's", ["ada"]),
        ("[@ada](https://x.example)", ["ada"]),
        // Addresses.
        ("ada@example.com", []), ("<ada@bob>", []), ("привет@ada", []), ("@ada@example.social", []), ("@@ada", []),
        ("https://x.example/@ada", []), ("x.example/@ada", []), ("https://x.example/?q=(@ada)", []),
        ("www.x.example/(@ada)", []), ("ssh://@ada", []), ("a+@ada", []), ("#@ada", []),
        // No user names.
        ("@", []), ("@ad", []), ("@ада", []), ("@adaж", []), ("@admin", []),
        ("@" + String(repeating: "a", count: 31), []),
    ])
    func `are names behind an at sign that are no part of an address`(text: String, names: [String]) {
        #expect(Mentions(in: text).candidates.compactMap(\.first) == names, "\(text)")
    }

    @Test func `a separator at the end may belong to the name or to the sentence`() {
        let mentions = Mentions(in: "I met @ada.-")
        #expect(mentions.candidates == [["ada.-", "ada.", "ada"]])
        let (ada, dot) = (UserID(unixMilliseconds: 1), UserID(unixMilliseconds: 2))
        #expect(mentions.users(among: ["ada": ada]) == [ada])
        #expect(mentions.users(among: ["ada": ada, "ada.": dot]) == [dot])
        #expect(Mentions(in: "@ada @ada.").users(among: ["ada": ada]) == [ada])
        // What is too long for a name may be one without its end.
        let long = String(repeating: "a", count: 30)
        #expect(Mentions(in: "@\(long)...").candidates == [[long]])
    }

    @Test func `the first ten of a text count`() {
        let text = (1...12).map { "@user\($0)" }.joined(separator: " ")
        #expect(Mentions(in: text).candidates == (1...10).map { ["user\($0)"] })
        #expect(Mentions(in: "user and no sign").isEmpty)
    }
}
