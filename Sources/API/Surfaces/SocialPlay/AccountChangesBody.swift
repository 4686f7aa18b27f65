import Chassis
import Domain

/// The body of `PUT /api/v1/users/me`: a missing member keeps its value, null clears it. Members that the owner cannot
/// change (role, counters, ids) are ignored.
struct AccountChangesBody: Decodable {
    let changes: AccountChanges

    private enum Key: String, CodingKey {
        case username, language, firstName, lastName, bio, coverImage, dateOfBirth, phone, showOnlineStatus
    }

    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Key.self)
        var changes = AccountChanges()
        changes.username = try members.decodeIfPresent(String.self, forKey: .username).map { try Username($0) }
        changes.language = try members.decodeIfPresent(String.self, forKey: .language).map(Self.language)
        changes.showsOnlineStatus = try members.decodeIfPresent(Bool.self, forKey: .showOnlineStatus)
        changes.firstName = try Self.change(.firstName, members) { try ProfileText.name($0, field: "firstName") }
        changes.lastName = try Self.change(.lastName, members) { try ProfileText.name($0, field: "lastName") }
        changes.bio = try Self.change(.bio, members) { try ProfileText.biography($0) }
        changes.phone = try Self.change(.phone, members) { try ProfileText.phone($0) }
        changes.coverImage = try Self.change(.coverImage, members) {
            try ProfileText.webAddress($0, field: "coverImage")
        }
        let today = String(Timestamp.now.text(.seconds).prefix(10))
        changes.dateOfBirth = try Self.change(.dateOfBirth, members) { try BirthDate($0, notAfter: today) }
        self.changes = changes
    }

    private static func change<Value>(
        _ key: Key, _ members: KeyedDecodingContainer<Key>, _ check: (String) throws -> Value
    ) throws -> Change<Value> {
        guard members.contains(key) else { return .none }
        return .some(try members.decodeIfPresent(String.self, forKey: key).map(check))
    }

    private static func language(_ text: String) throws -> Language {
        guard let language = Language(rawValue: text) else {
            let names = Language.allCases.map(\.rawValue).joined(separator: " or ")
            throw DomainError(field: "language", reason: "language must be \(names)")
        }
        return language
    }
}
