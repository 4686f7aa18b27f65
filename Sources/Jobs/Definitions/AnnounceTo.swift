package import Domain

/// Tell some people what is said to everybody.
package struct AnnounceTo: Job, Equatable {
    package static let kind = "announce-to"
    package static let queue = QueueName.notifications

    package let announcement: AnnouncementID
    package let people: [UserID]

    package init(announcement: AnnouncementID, people: [UserID]) {
        self.announcement = announcement
        self.people = people
    }
}
