import Testing

@testable import Domain

/// S2-121: "ada and 12 others liked your post".
struct NotificationTextTests {
    private func line(
        _ kind: NotificationKind, _ language: Language, others: Int, count: Int = 1
    ) throws -> String {
        try #require(NotificationCatalog.standard[kind]).text(in: language)
            .entry(actor: "ada", title: nil, others: others, count: count)
    }

    @Test(arguments: [
        (0, "ada liked your post"), (1, "ada and 1 other liked your post"), (12, "ada and 12 others liked your post"),
        (99, "ada and 99 others liked your post"), (100, "ada and 99+ others liked your post"),
    ])
    func `a group names one user and counts the others`(others: Int, text: String) throws {
        #expect(try line(.postLiked, .english, others: others) == text)
    }

    @Test func `Russian texts need no forms of the number`() throws {
        #expect(try line(.postLiked, .russian, others: 0) == "Вашей записи поставили «Нравится»: ada")
        #expect(try line(.postLiked, .russian, others: 12) == "Вашей записи поставили «Нравится»: ada и ещё 12")
        #expect(try line(.userFollowed, .russian, others: 100) == "Среди ваших подписчиков теперь ada и ещё 99+")
    }

    @Test func `several messages of one sender are counted`() throws {
        #expect(try line(.newMessage, .english, others: 0) == "ada sent you a message")
        #expect(try line(.newMessage, .english, others: 0, count: 3) == "ada sent you 3 messages")
        #expect(try line(.newMessage, .english, others: 0, count: 101) == "ada sent you 99+ messages")
    }

    @Test func `a name with a placeholder stays a name`() throws {
        let text = try #require(NotificationCatalog.standard[.postLiked]).text(in: .english)
        let line = text.entry(actor: "{others}", title: nil, others: 2, count: 1)
        #expect(line == "{others} and 2 others liked your post")
    }

    @Test func `every kind whose groups have several users has a text for them in both languages`() {
        for descriptor in NotificationCatalog.standard.descriptors {
            let severalUsers = [.post, .receiver].contains(descriptor.grouping) || descriptor.isPerActor
            for language in [Language.english, .russian] where severalUsers {
                let text = descriptor.text(in: language).entry(actor: "ada", title: nil, others: 12, count: 1)
                #expect(text.contains("12"), "\(descriptor.kind.rawValue): \(text)")
            }
        }
    }

    @Test(arguments: [
        "", "1", "1~", "~", "1~x", "x~00000000-0000-0000-0000-000000000000",
        "-1~00000000-0000-0000-0000-000000000000", "9223372036854775807~00000000-0000-0000-0000-000000000000",
        "1~00000000-0000-0000-0000-000000000000~1",
    ])
    func `a cursor that no list has given is refused`(text: String) {
        #expect(NotificationCursor(text) == nil)
    }

    @Test func `a cursor is read as it was written`() throws {
        let cursor = NotificationCursor(
            newestAt: 1_790_000_000_123_456, group: try #require(Identifier("0190163d-8694-739b-aea5-966c26f8ad91")))
        #expect(NotificationCursor(cursor.description) == cursor)
    }
}
