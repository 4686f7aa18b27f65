import Chassis
import Domain

/// What somebody changes of their account. What is left out stays; null clears it. Members that are not theirs to change
/// (role, counters, ids) are as good as unknown.
struct AccountChanges: Decodable, Sendable {
    /// The changes as the store takes them.
    let json: [UInt8]
    /// Whether they say who sees when the person is there.
    let concernsPresence: Bool

    private enum Key: String, CodingKey {
        case username, language, firstName, lastName, bio, coverImage, dateOfBirth, phone, showOnlineStatus
    }

    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Key.self)
        var writer = JSONWriter()
        var problem: (any Error)?
        writer.object { object in
            do {
                if let name = try members.decodeIfPresent(String.self, forKey: .username) {
                    object.member("username", try Username(name).description)
                }
                if let language = try members.decodeIfPresent(String.self, forKey: .language) {
                    object.member("language", try Self.language(language).rawValue)
                }
                if let shows = try members.decodeIfPresent(Bool.self, forKey: .showOnlineStatus) {
                    object.member("showOnlineStatus", shows)
                }
                let today = String(Timestamp.now.text(.seconds).prefix(10))
                try Self.add("firstName", .firstName, members, &object) { try ProfileText.name($0, field: "firstName") }
                try Self.add("lastName", .lastName, members, &object) { try ProfileText.name($0, field: "lastName") }
                try Self.add("bio", .bio, members, &object) { try ProfileText.biography($0) }
                try Self.add("phone", .phone, members, &object) { try ProfileText.phone($0) }
                try Self.add("coverImage", .coverImage, members, &object) {
                    try ProfileText.webAddress($0, field: "coverImage")
                }
                try Self.add("dateOfBirth", .dateOfBirth, members, &object) {
                    try BirthDate($0, notAfter: today).description
                }
            } catch {
                problem = error
            }
        }
        if let problem { throw problem }
        json = writer.bytes
        concernsPresence = members.contains(.showOnlineStatus)
    }

    private static func add(
        _ name: StaticString, _ key: Key, _ members: KeyedDecodingContainer<Key>, _ object: inout JSONWriter,
        _ check: (String) throws -> String
    ) throws {
        guard members.contains(key) else { return }
        let text = try members.decodeIfPresent(String.self, forKey: key)
        object.member(name, try text.map(check))
    }

    private static func language(_ text: String) throws -> Language {
        guard let language = Language(rawValue: text) else {
            let names = Language.allCases.map(\.rawValue).joined(separator: " or ")
            throw ValidationError(field: "language", reason: "language must be \(names)")
        }
        return language
    }
}
