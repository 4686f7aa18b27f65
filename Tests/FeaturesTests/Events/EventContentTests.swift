import Domain
import Jobs
import Storage
import TestSupport
import Testing

@testable import Features

/// U-17: what events show of friends, notifications and messages.
@Suite("Contents of events", .database)
struct EventContentTests {
    // U-7
    @Test func `friends are shown as they are now, and only while they are`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = (try await features.user("ada"), try await features.user("bob"))
            let request = try await features.friends.sendRequest(to: bob.user, message: nil, by: ada)
            var page = try await features.events.read(after: .start, waiting: .zero, by: bob)
            guard case .friendsChanged(.requested, request.id, ada.user, let card) = page.events.first?.content else {
                Issue.record("\(page.events)")
                return
            }
            #expect(card?.username == "ada")
            _ = try await features.friends.respond.accept(request.id, by: bob)
            page = try await features.events.read(after: .start, waiting: .zero, by: ada)
            guard page.events.count == 1,
                case .friendsChanged(.accepted, request.id, bob.user, _?) = page.events.first?.content
            else {
                Issue.record("\(page.events)")
                return
            }
            try await features.friends.remove(bob.user, by: ada)
            page = try await features.events.read(after: .start, waiting: .zero, by: bob)
            guard page.events.count == 1,
                case .friendsChanged(.removed, nil, ada.user, nil) = page.events.first?.content
            else {
                Issue.record("\(page.events)")
                return
            }
        }
    }

    // S2-121 to S2-125
    @Test func `notifications are entries of the inbox, and events when they are read`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = (try await features.user("ada"), try await features.user("bob"))
            var ids: [NotificationID] = []
            for number in 0..<4 {
                let new = NewNotification(
                    id: FeatureHarness.id(), user: bob.user,
                    try #require(NotificationCatalog.standard[.friendRequestAccepted]), actor: ada.user,
                    entity: ada.user.identifier, title: nil, event: "e\(number)")
                let job = OutboxJob(id: FeatureHarness.id(), queue: "q", kind: "k", payload: "{}")
                _ = try await Outbox(features.database).add([job])
                _ = try await NotificationStore(features.database).create(
                    new, push: nil, digest: nil, finishing: job.id)
                ids.append(new.id)
            }
            var page = try await features.events.read(after: .start, waiting: .zero, by: bob)
            guard page.events.count == 4, case .notification(let entry) = page.events[0].content else {
                Issue.record("\(page.events)")
                return
            }
            #expect(entry.id == ids[0] && entry.content == "ada is now your friend" && entry.others == 0)
            #expect(entry.readAt == nil && entry.actor?.username == "ada")
            let position = page.position
            try await features.notifications.inbox.markRead(ids[0], by: bob)
            try await features.notifications.inbox.markRead(ids[0], by: bob)
            _ = try await features.notifications.groups.markRead(ids[1], by: bob)
            try await features.notifications.groups.markAllRead(by: bob)
            try await features.notifications.groups.markAllRead(by: bob)
            page = try await features.events.read(after: position, waiting: .zero, by: bob)
            #expect(page.events.count == 3)
            guard case .notificationRead(ids[0], isGroup: false) = page.events[0].content,
                case .notificationRead(ids[1], isGroup: true) = page.events[1].content,
                case .allNotificationsRead = page.events[2].content
            else {
                Issue.record("\(page.events)")
                return
            }
            // What a block hides is not shown of the past.
            try await features.friends.blocks.block(ada.user, by: bob)
            page = try await features.events.read(after: .start, waiting: .zero, by: bob)
            #expect(page.events.count == 3)
        }
    }

    // S2-119
    @Test func `a request that is answered and a message that is read take their notification with them`() async throws
    {
        try await FeatureHarness.open { features in
            let (ada, bob) = (try await features.user("ada"), try await features.user("bob"))
            let request = try await features.friends.sendRequest(to: bob.user, message: nil, by: ada)
            try await features.notify(.friendRequest, to: bob.user, by: ada.user, about: request.id.identifier)
            _ = try await features.friends.respond.accept(request.id, by: bob)
            let message = try await features.send("Hello", from: ada, to: bob)
            try await features.notify(.newMessage, to: bob.user, by: ada.user, about: message.id.identifier)
            try await features.messages.read.markRead(message.id, by: bob)
            let page = try await features.events.read.page(after: .start, of: bob.user, limit: 20)
            let read = page.events.filter { if case .notificationRead = $0.content { true } else { false } }
            #expect(read.count == 2)
            #expect(page.position.sequence == 8)
        }
    }

    @Test func `a message that a moderator removes is deleted for both`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = try await features.twoFriends()
            let moderator = try await features.moderator("mod")
            let message = try await features.send("Hello", from: ada, to: bob)
            let its = try await features.openCase(of: .message, message.id, by: bob, for: moderator)
            try await features.moderation.act(.remove("Rude"), on: its, by: moderator)
            for user in [ada, bob] {
                let page = try await features.events.read(after: .start, waiting: .zero, by: user)
                guard case .messageDeleted(message.id) = page.events.last?.content else {
                    Issue.record("\(page.events)")
                    return
                }
            }
        }
    }
}
