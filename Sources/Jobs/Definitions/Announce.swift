package import Domain

/// Tell everybody: makes one job for each thousand people.
package struct Announce: Job, Equatable {
    package static let kind = "announce"
    package static let queue = QueueName.notifications
    package static let timeout = Duration.seconds(3_600)

    package let announcement: AnnouncementID

    package init(announcement: AnnouncementID) {
        self.announcement = announcement
    }
}
