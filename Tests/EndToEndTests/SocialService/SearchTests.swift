import Foundation
import TestSupport
import Testing

extension SharedProduct {
    /// S0-41 to S0-46, S2-171.
    struct SearchTests {
        let product = Product.current
        private var client: ProductClient { product.client }

        @Test func `people are found by the beginning of any of their names, in any script and case`() async throws {
            let mark = Person.newName().suffix(8)
            let (ada, seeker) = (try await Person.join(at: client), try await Person.join(at: client))
            let named = try await ada.ask(
                "PUT", "/users/me", json: #"{"firstName":"Жанна\#(mark)","lastName":"D'Arc\#(mark)"}"#, at: client)
            #expect(named.status == 200)
            for text in [
                "жанна\(mark)", "ЖАННА\(mark)", "d'arc\(mark)", ada.username.uppercased(), "жанна\(mark) D'ARC",
            ] {
                let found = try await find(text, by: seeker)
                #expect(found.array?.map { $0["userId"].text } == [ada.id], "\(text)")
            }
            #expect(
                try await find("жанна\(mark)", by: seeker)[0].names == [
                    "userId", "username", "avatar", "onlineStatus", "friendshipStatus", "mutualFriends",
                ])
            // In the middle of a word too, from three letters on.
            #expect(try await find(String(mark), by: seeker).array?.map { $0["userId"].text }.contains(ada.id) == true)
            // Not themselves.
            #expect(try await find(ada.username, by: ada).count == 0)
        }

        @Test func `two letters find words that begin with them`() async throws {
            let seeker = try await Person.join(at: client)
            let ada = try await Person.join(at: client)
            _ = try await ada.ask("PUT", "/users/me", json: #"{"firstName":"Ъы"}"#, at: client)
            #expect(try await find("ъы", by: seeker)[0]["userId"].text == ada.id)
        }

        // S0-44, S0-45
        @Test func `what they are to each other and whom they both know is shown`() async throws {
            let people = try await register(5, at: client)
            let (ada, bob) = (people[0], people[1])
            for common in people[2...] {
                try await ada.befriends(common, at: client)
                try await bob.befriends(common, at: client)
            }
            let before = try await find(bob.username, by: ada)[0]
            #expect(before["friendshipStatus"].text == "none")
            #expect(before["mutualFriends"].number == 3)
            _ = try await bob.asks(ada, at: client)
            for (seeker, sought) in [(ada, bob), (bob, ada)] {
                #expect(try await find(sought.username, by: seeker)[0]["friendshipStatus"].text == "pending")
            }
            _ = try await ada.asks(bob, at: client)
            #expect(try await find(bob.username, by: ada)[0]["friendshipStatus"].text == "friends")
        }

        // S0-42
        @Test(arguments: [
            "", "q=", "q=a", "q=%F0%9F%91%BE", "q=%20%20a%20", "q=a%00b", "q=" + String(repeating: "a", count: 51),
        ])
        func `what is too short, too long or unwritable is refused`(query: String) async throws {
            let ada = try await Person.register(at: client)
            expectCode(try await ada.social("GET", "/friends/search?\(query)", at: client), 400, "VALIDATION_ERROR")
        }

        @Test(arguments: [
            "%25%25", "__", "a%27b", "%5C%5C", "%22%3A*", "a%26%21b", "%28%28", "%F0%9F%91%BE%F0%9F%91%BE",
        ])
        func `signs of other languages mean themselves`(query: String) async throws {
            let ada = try await Person.register(at: client)
            let answer = try await ada.social("GET", "/friends/search?q=\(query)", at: client)
            #expect(answer.status == 200, "\(answer.text)")
            #expect(answer.text == "[]")
        }

        private func find(_ text: String, by person: Person) async throws -> ProductJSON {
            let query = text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
            let answer = try await person.social("GET", "/friends/search?q=\(query)", at: client)
            #expect(answer.status == 200, "\(answer.text)")
            return answer.json
        }
    }
}
