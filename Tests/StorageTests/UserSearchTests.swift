import Domain
import Postgres
import Storage
import TestSupport
import Testing

@Suite("User search", .database)
struct UserSearchTests {
    @Test func `finds users by the beginning of a word, with the relation to the searching user`() async throws {
        try await Stores.open { stores in
            let search = UserSearch(stores.database)
            let users = try await stores.users("ada", "bobby", "bobette", "cyd", "bob_blocked")
            try await stores.befriend(users[0], users[1])
            try await stores.befriend(users[0], users[3])
            try await stores.befriend(users[3], users[2])
            _ = try await BlockStore(stores.database).block(users[0], by: users[4])
            let found = try await search.find("bob", for: users[0])
            #expect(Set(found.map(\.user.username)) == ["bobby", "bobette"])
            let bobette = try #require(found.first { $0.user.id == users[2] })
            #expect(bobette.relation == .none && bobette.mutual == .counted(1))
            #expect(found.first { $0.user.id == users[1] }?.relation == .friends)
            // Wildcards of LIKE are letters like others.
            #expect(try await search.find("b%", for: users[0]).isEmpty)
            #expect(try await search.find("bob", for: users[0], limit: 1).count == 1)
        }
    }

    @Test(
        arguments: [
            ("Jose\u{301}", "jos\u{E9}"), ("Jos\u{E9}", "JOSE\u{301}"), ("Stra\u{DF}e", "STRASSE"),
            ("\u{3A3}\u{3AF}\u{3C3}\u{3C5}\u{3C6}\u{3BF}\u{3C2}", "\u{3A3}\u{38A}\u{3A3}\u{3A5}\u{3A6}\u{39F}\u{3A3}"),
            ("\u{FB01}nn", "Finn"), ("Жанна", "ЖАННА"), ("Anna  Maria", "anna maria"), ("\u{FF21}da", "ada"),
        ])
    func `a name and a query that differ in case or form are equal`(name: String, query: String) async throws {
        try await Stores.open { stores in
            let users = try await stores.users("seeker", "u1")
            try await stores.name(users[1], first: name, last: "Last")
            let found = try await UserSearch(stores.database).find(query, for: users[0])
            #expect(found.map(\.user.id) == [users[1]])
        }
    }

    @Test func `the best match comes first, and each user once`() async throws {
        try await Stores.open { stores in
            let users = try await stores.users("seeker", "annabel", "hannah", "anna", "zed", "yan")
            try await stores.name(users[4], first: "Anna", last: "Anna")
            try await stores.name(users[5], first: "Jo", last: "Annan")
            let found = try await UserSearch(stores.database).find("anna", for: users[0])
            #expect(found.map(\.user.username) == ["anna", "annabel", "zed", "yan", "hannah"])
        }
    }

    @Test func `a whole user name of eight characters or more does not find names that contain it`() async throws {
        try await Stores.open { stores in
            let users = try await stores.users("seeker", "annalena", "annalenas", "hannalena", "annalen", "hannalen")
            let search = UserSearch(stores.database)
            let found = try await search.find("AnnaLena", for: users[0])
            #expect(found.map(\.user.username) == ["annalena", "annalenas"])
            let short = try await search.find("annalen", for: users[0])
            #expect(Set(short.map(\.user.username)) == ["annalen", "annalena", "annalenas", "hannalen", "hannalena"])
            // Of a user who is not found, the name is a text like others.
            _ = try await stores.accounts.deactivate(users[1])
            let others = try await search.find("annalena", for: users[0])
            #expect(Set(others.map(\.user.username)) == ["annalenas", "hannalena"])
        }
    }

    @Test func `a deactivated user is not found until the account is active again`() async throws {
        try await Stores.open { stores in
            let users = try await stores.users("seeker", "quentin")
            let search = UserSearch(stores.database)
            _ = try await stores.accounts.deactivate(users[1])
            for query in ["quentin", "ntin"] { #expect(try await search.find(query, for: users[0]).isEmpty) }
            #expect(try await stores.accounts.activate(users[1]))
            for query in ["quentin", "ntin"] { #expect(try await search.find(query, for: users[0]).count == 1) }
        }
    }

    @Test(arguments: ["com", "common", "ommo", "rare", "commoz"])
    func `a search reads few pages, however many users match`(query: String) async throws {
        try await Stores.open { stores in
            let seeker = try await stores.users("seeker")[0]
            _ = try await stores.database.write(
                Statement(
                    "test_crowd",
                    """
                    WITH crowd AS (
                        INSERT INTO accounts (id, email, username)
                        SELECT gen_random_uuid(), number || '@b.example', 'common' || number
                        FROM generate_series(1, 5000) AS number
                        RETURNING id
                    )
                    INSERT INTO profiles (user_id) SELECT id FROM crowd
                    """), [])
            _ = try await stores.database.write(
                Statement("test_rare", "UPDATE accounts SET username = 'arare' WHERE username = 'common17'"), [])
            let found = try await UserSearch(stores.database).find(query, for: seeker)
            #expect(found.count == (query == "rare" ? 1 : query == "commoz" ? 0 : 50))
            let plan = try await stores.database.read(
                Statement("test_plan", "EXPLAIN (ANALYZE, BUFFERS) SELECT * FROM find_users($1, $2, $3::integer)"),
                [.text(query), .id(seeker), .integer(50)])
            var text = ""
            for var row in plan { text += try row.text() + "\n" }
            let pages = try #require(text.firstMatch(of: /shared hit=(\d+)/)).1
            // Without an ordered index all 5,000 users are read: two thousand pages and more.
            #expect(Int(pages)! < 700, "\(text)")
        }
    }
}

extension Stores {
    fileprivate func name(_ user: UserID, first: String, last: String) async throws {
        _ = try await database.write(
            Statement("test_name", "UPDATE profiles SET first_name = $2, last_name = $3 WHERE user_id = $1"),
            [.id(user), .text(first), .text(last)])
    }
}
