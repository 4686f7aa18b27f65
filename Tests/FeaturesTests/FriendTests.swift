import Domain
import Jobs
import TestSupport
import Testing

@testable import Features

@Suite(.database) struct FriendTests {
    @Test func `a request is listed for both users and becomes a friendship of both when it is accepted`() async throws
    {
        try await FeatureHarness.open { features in
            let (ada, bob) = (try await features.user("ada"), try await features.user("bob"))
            let request = try await features.friends.sendRequest(
                to: bob.user, message: FriendRequestText("Hello"), by: ada)
            #expect(!request.isAccepted && request.other == bob.user)
            let incoming = try await features.friends.list.incoming(.first(), by: bob)
            #expect(incoming.map(\.id) == [request.id] && incoming.first?.message == "Hello")
            #expect(incoming.first?.other.username == "ada")
            #expect(try await features.friends.list.outgoing(.first(), by: ada).map(\.receiver) == [bob.user])
            #expect(try await features.friends.list.incoming(.first(), by: ada).isEmpty)

            let accepted = try await features.friends.respond.accept(request.id, by: bob)
            #expect(accepted.isAccepted && accepted.other == ada.user && accepted.id == request.id)
            for (caller, friend) in [(ada, bob), (bob, ada)] {
                let (entries, total) = try await features.friends.list.page(.first(), .all, by: caller)
                #expect(entries.map(\.friend.id) == [friend.user] && total == 1)
            }
            #expect(try await features.friends.list.incoming(.first(), by: bob).isEmpty)
        }
    }

    @Test func `a request and its acceptance each notify the other user, and a first friendship is reported`()
        async throws
    {
        try await FeatureHarness.open { features in
            let (ada, bob) = (try await features.user("ada"), try await features.user("bob"))
            let request = try await features.friends.sendRequest(to: bob.user, message: nil, by: ada)
            #expect(
                try await features.jobs.enqueued(Notify.self)
                    == [Notify(.friendRequest, to: bob.user, by: ada.user, entity: request.id.identifier)])
            _ = try await features.friends.respond.accept(request.id, by: bob)
            #expect(
                try await features.jobs.enqueued(Notify.self).last
                    == Notify(.friendRequestAccepted, to: ada.user, by: bob.user, entity: request.id.identifier))
            let reported = try await features.jobs.enqueued(ReportFirstFriend.self)
            #expect(Set(reported.map(\.user)) == [ada.user, bob.user] && reported.count == 2)
        }
    }

    @Test func `requests that cross become a friendship at once`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = (try await features.user("ada"), try await features.user("bob"))
            let request = try await features.friends.sendRequest(to: bob.user, message: nil, by: ada)
            let crossing = try await features.friends.sendRequest(to: ada.user, message: nil, by: bob)
            // The jobs name the id of the second request, and so the friendship has it.
            #expect(crossing.isAccepted && crossing.id != request.id)
            for caller in [ada, bob] {
                #expect(
                    try await features.friends.list.page(.first(), .all, by: caller).entries.map(\.id) == [crossing.id])
            }
            await expect(.alreadyFriends, .conflict) {
                try await features.friends.sendRequest(to: bob.user, message: nil, by: ada)
            }
            await expect(.alreadyFriends) { try await features.friends.respond.accept(crossing.id, by: ada) }
            await expect(.friendRequestNotFound) { try await features.friends.respond.accept(request.id, by: bob) }
        }
    }

    @Test func `a request that cannot be sent is refused with its code`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = (try await features.user("ada"), try await features.user("bob"))
            let send = features.friends.sendRequest
            await expect(.cannotAddYourself, .invalid) { try await send(to: ada.user, message: nil, by: ada) }
            await expect(.userNotFound, .notFound) {
                try await send(to: FeatureHarness.id(), message: nil, by: ada)
            }
            for message in [String(repeating: "я", count: 501), "a\u{0}b"] {
                let error = await expect(.validationFailed, .invalid) {
                    try await send(to: bob.user, message: FriendRequestText(message), by: ada)
                }
                #expect(error?.field == "message")
            }
            _ = try await send(to: bob.user, message: FriendRequestText(String(repeating: "я", count: 500)), by: ada)
            await expect(.friendRequestExists, .conflict) { try await send(to: bob.user, message: nil, by: ada) }
        }
    }

    @Test func `only the receiver accepts or declines a request, and only the sender cancels it`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = (try await features.user("ada"), try await features.user("bob"))
            let carl = try await features.user("carl")
            let respond = features.friends.respond
            let id = try await features.friends.sendRequest(to: bob.user, message: nil, by: ada).id
            for caller in [ada, carl] {
                await expect(.friendRequestNotFound, .notFound) { try await respond.accept(id, by: caller) }
                await expect(.friendRequestNotFound) { try await respond.decline(id, by: caller) }
            }
            for caller in [bob, carl] {
                await expect(.friendRequestNotFound) { try await respond.cancel(id, by: caller) }
            }
            try await respond.decline(id, by: bob)
            await expect(.friendRequestNotFound) { try await respond.decline(id, by: bob) }
            let again = try await features.friends.sendRequest(to: bob.user, message: nil, by: ada).id
            try await respond.cancel(again, by: ada)
            #expect(try await features.friends.list.incoming(.first(), by: bob).isEmpty)
        }
    }

    @Test func `a removed friendship ends for both users`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = try await features.twoFriends()
            try await features.friends.remove(ada.user, by: bob)
            for caller in [ada, bob] {
                #expect(try await features.friends.list.page(.first(), .all, by: caller).total == 0)
            }
            await expect(.notFriends, .notFound) { try await features.friends.remove(ada.user, by: bob) }
        }
    }

    @Test func `a list has pages, the newest friend first, and a filter by presence`() async throws {
        try await FeatureHarness.open { features in
            let ada = try await features.user("ada")
            var others: [Caller] = []
            for name in ["bob", "carl", "dora"] { others.append(try await features.user(name)) }
            for other in others { try await features.befriend(ada, other) }
            let list = features.friends.list
            let (first, total) = try await list.page(.first(2), .all, by: ada)
            #expect(first.map(\.friend.username) == ["dora", "carl"] && total == 3)
            let second = try Page(number: "2", limit: "2", defaultLimit: 20, maximumLimit: 50)
            #expect(try await list.page(second, .all, by: ada).entries.map(\.friend.username) == ["bob"])
            _ = try await features.presence.update.online(playing: nil, by: others[0])
            #expect(try await list.all(by: ada).map(\.presence.status) == [.offline, .offline, .online])
        }
    }

    @Test func `a search finds users by name with their relation to the caller`() async throws {
        try await FeatureHarness.open { features in
            let (ada, _) = try await features.twoFriends()
            let bobby = try await features.user("bobby")
            _ = try await features.friends.sendRequest(to: bobby.user, message: nil, by: ada)
            _ = try await features.user("bobo")
            let found = try await features.friends.search("bob", by: ada)
            let relations = Dictionary(uniqueKeysWithValues: found.map { ($0.user.username, $0.friendship) })
            #expect(relations == ["bob": .friends, "bobby": .pending, "bobo": .none])
            for text in ["", "b", String(repeating: "b", count: 51), "b\u{0}b"] {
                await expect(.validationFailed) { try await features.friends.search(text, by: ada) }
            }
        }
    }
}

@Suite(.database) struct BlockTests {
    @Test func `a block ends the friendship and every open request of both users`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = try await features.twoFriends()
            for _ in 0..<2 { try await features.friends.blocks.block(bob.user, by: ada) }
            #expect(try await features.friends.blocks.list(.first(), by: ada).map(\.user.id) == [bob.user])
            for caller in [ada, bob] {
                #expect(try await features.friends.list.page(.first(), .all, by: caller).total == 0)
            }
            await expect(.userBlocked, .forbidden) {
                try await features.friends.sendRequest(to: bob.user, message: nil, by: ada)
            }
            try await features.friends.blocks.unblock(bob.user, by: ada)
            await expect(.notBlocked, .notFound) { try await features.friends.blocks.unblock(bob.user, by: ada) }
            try await features.befriend(ada, bob)
        }
    }

    @Test func `a blocked user gets the answers of a stranger`() async throws {
        try await FeatureHarness.open { features in
            let ada = try await features.user("ada")
            let (blocked, stranger) = (try await features.user("blocked"), try await features.user("stranger"))
            try await features.friends.blocks.block(blocked.user, by: ada)
            for caller in [blocked, stranger] {
                let request = try await features.friends.sendRequest(to: ada.user, message: nil, by: caller)
                #expect(!request.isAccepted)
                #expect(try await features.friends.list.outgoing(.first(), by: caller).map(\.id) == [request.id])
                await expect(.friendRequestExists) {
                    try await features.friends.sendRequest(to: ada.user, message: nil, by: caller)
                }
                await expect(.messageToNonFriend) { try await features.send("Hello", from: caller, to: ada) }
                await expect(.notFriends) { try await features.friends.remove(ada.user, by: caller) }
            }
            let incoming = try await features.friends.list.incoming(.first(), by: ada)
            #expect(incoming.map(\.sender) == [stranger.user])
        }
    }

    @Test func `neither of the two finds the other`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = (try await features.user("ada-1"), try await features.user("bob-1"))
            try await features.friends.blocks.block(bob.user, by: ada)
            #expect(try await features.friends.search("bob-1", by: ada).isEmpty)
            #expect(try await features.friends.search("ada-1", by: bob).isEmpty)
        }
    }

    @Test func `a block of oneself or of an unknown user is refused`() async throws {
        try await FeatureHarness.open { features in
            let ada = try await features.user("ada")
            await expect(.cannotAddYourself) { try await features.friends.blocks.block(ada.user, by: ada) }
            await expect(.userNotFound) { try await features.friends.blocks.block(FeatureHarness.id(), by: ada) }
        }
    }
}
