import Foundation
import TestSupport
import Testing

extension SharedProduct {
    /// S0-41 to S0-46, S2-171.
    struct SearchTests {
        let product = Product.current
        private var client: ProductClient { product.client }

        @Test func `users are found by the beginning of any of their names, in any script and case`() async throws {
            let mark = TestUser.newName().suffix(8)
            let (ada, seeker) = (
                try await TestUser.registerOnSocialPlay(at: client), try await TestUser.registerOnSocialPlay(at: client)
            )
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
            let seeker = try await TestUser.registerOnSocialPlay(at: client)
            let ada = try await TestUser.registerOnSocialPlay(at: client)
            _ = try await ada.ask("PUT", "/users/me", json: #"{"firstName":"Ъы"}"#, at: client)
            #expect(try await find("ъы", by: seeker)[0]["userId"].text == ada.id)
        }

        // S0-44, S0-45
        @Test func `a found user has the relation to the caller and the number of mutual friends`() async throws {
            let users = try await register(5, at: client)
            let (ada, bob) = (users[0], users[1])
            for common in users[2...] {
                try await ada.befriend(common, at: client)
                try await bob.befriend(common, at: client)
            }
            let before = try await find(bob.username, by: ada)[0]
            #expect(before["friendshipStatus"].text == "none")
            #expect(before["mutualFriends"].number == 3)
            _ = try await bob.sendFriendRequest(to: ada, at: client)
            for (seeker, sought) in [(ada, bob), (bob, ada)] {
                #expect(try await find(sought.username, by: seeker)[0]["friendshipStatus"].text == "pending")
            }
            _ = try await ada.sendFriendRequest(to: bob, at: client)
            #expect(try await find(bob.username, by: ada)[0]["friendshipStatus"].text == "friends")
        }

        // S0-42
        @Test(arguments: [
            "", "q=", "q=a", "q=%F0%9F%91%BE", "q=%20%20a%20", "q=a%00b", "q=" + String(repeating: "a", count: 51),
        ])
        func `a query that is too short, too long or not text is refused`(query: String) async throws {
            let ada = try await TestUser.register(at: client)
            expectSocialServiceError(
                try await ada.social("GET", "/friends/search?\(query)", at: client), 400, "VALIDATION_ERROR")
        }

        @Test(arguments: [
            "%25%25", "__", "a%27b", "%5C%5C", "%22%3A*", "a%26%21b", "%28%28", "%F0%9F%91%BE%F0%9F%91%BE",
        ])
        func `pattern characters in a query match themselves`(query: String) async throws {
            let ada = try await TestUser.register(at: client)
            let answer = try await ada.social("GET", "/friends/search?q=\(query)", at: client)
            #expect(answer.status == 200, "\(answer.text)")
            #expect(answer.text == "[]")
        }

        private func find(_ text: String, by user: TestUser) async throws -> ProductJSON {
            let query = text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
            let answer = try await user.social("GET", "/friends/search?q=\(query)", at: client)
            #expect(answer.status == 200, "\(answer.text)")
            return answer.json
        }
    }
}
