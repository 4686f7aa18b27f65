import Domain
import Jobs
import Storage

/// Finds people by name, with who is there of them. Whoever does not show it is found offline.
struct FindPeople: Sendable {
    struct Entry: Sendable {
        let found: PeopleSearch.Found
        let presence: Presence
    }

    let search: PeopleSearch
    let presence: PresenceReader

    /// - Throws: `ValidationError` for a text that is too short or too long.
    func callAsFunction(_ text: String, by principal: Principal) async throws -> [Entry] {
        guard text.utf8.count <= 400 else { throw Self.wrongLength }
        let words = text.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
        guard FriendLimits.query.contains(words.count), !words.utf8.contains(0) else { throw Self.wrongLength }
        let found = try await search.find(words, for: principal.user)
        let states = await presence.states(of: found.map(\.person))
        return zip(found, states).map { Entry(found: $0, presence: $1) }
    }

    private static let wrongLength = ValidationError(
        field: "q",
        reason: "q must be \(FriendLimits.query.lowerBound) to \(FriendLimits.query.upperBound) characters long")
}
