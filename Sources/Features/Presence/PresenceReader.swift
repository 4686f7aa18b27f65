import Chassis
import Domain
import Jobs
import Storage

/// How people are there, as others may see it: the one filter in front of every reader (U-7, X-17). Without Redis
/// everybody is offline, and was seen when PostgreSQL knows.
struct PresenceReader: Sendable {
    let store: PresenceStore

    /// In the same order. Who does not show it is offline, and nobody learns since when.
    func states(of people: [Person]) async -> [Presence] {
        let present = await online(among: people.filter(\.showsOnlineStatus).map(\.id))
        return people.map { person in
            guard person.showsOnlineStatus else { return Presence(status: .offline) }
            return present[person.id] ?? Presence(status: .offline, lastSeen: person.lastSeenAt)
        }
    }

    /// Those of these people who are there. Not everybody of them shows it.
    private func online(among people: [UserID]) async -> [UserID: Presence] {
        (try? await store.read(people)) ?? [:]
    }
}
