import Domain
import Storage

/// What somebody changes of how they want to be told.
struct PreferenceChanges: Decodable, Sendable {
    struct Kind: Decodable, Sendable {
        let enabled: Bool?
        let methods: [String]?
        let onlyWhenOffline: Bool?
    }

    struct Kinds: Decodable, Sendable {
        let friendRequests: Kind?
        let friendRequestAccepted: Kind?
        let newMessages: Kind?
        let achievements: Kind?
    }

    struct Hours: Decodable, Sendable {
        let from: String
        let until: String
        let timeZone: String
    }

    private let preferences: Kinds?
    private let emailNotifications: Bool?
    private let quietHours: Hours?
    private let clearsQuietHours: Bool

    private enum Key: String, CodingKey {
        case preferences, emailNotifications, quietHours, friendRequests, friendRequestAccepted, newMessages
        case achievements
    }

    /// The kinds may stand in `preferences`, as they are shown, or by themselves.
    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Key.self)
        preferences =
            members.contains(.preferences)
            ? try members.decode(Kinds.self, forKey: .preferences) : try Kinds(from: decoder)
        emailNotifications = try members.decodeIfPresent(Bool.self, forKey: .emailNotifications)
        quietHours = try members.decodeIfPresent(Hours.self, forKey: .quietHours)
        clearsQuietHours = members.contains(.quietHours) && quietHours == nil
    }

    func applied(
        to old: PreferenceStore.Chosen
    ) throws(ValidationError) -> (
        preferences: NotificationPreferences, wantsEmail: Bool, quietHours: PreferenceStore.QuietHours?
    ) {
        var new = old.preferences
        try Self.apply(preferences?.friendRequests, to: &new.friendRequests, "friendRequests")
        try Self.apply(preferences?.friendRequestAccepted, to: &new.friendRequestAccepted, "friendRequestAccepted")
        try Self.apply(preferences?.newMessages, to: &new.newMessages, "newMessages")
        try Self.apply(preferences?.achievements, to: &new.achievements, "achievements")
        if let only = preferences?.newMessages?.onlyWhenOffline { new.newMessages.onlyWhenOffline = only }
        let hours = try quietHours.map { hours throws(ValidationError) in try Self.hours(hours) }
        return (new, emailNotifications ?? old.wantsEmail, clearsQuietHours ? nil : hours ?? old.quietHours)
    }

    private static func apply(
        _ change: Kind?, to kind: inout NotificationPreferences.Kind, _ field: String
    ) throws(ValidationError) {
        if let enabled = change?.enabled { kind.enabled = enabled }
        guard let names = change?.methods else { return }
        let methods = names.compactMap(NotificationPreferences.Method.init(rawValue:))
        guard methods.count == names.count, Set(methods).count == methods.count else {
            throw ValidationError(field: field, reason: "\(field).methods must be push or email, each at most once")
        }
        kind.methods = methods
    }

    private static func hours(_ hours: Hours) throws(ValidationError) -> PreferenceStore.QuietHours {
        guard let from = minute(hours.from), let until = minute(hours.until), hours.timeZone.utf8.count <= 64,
            !hours.timeZone.utf8.contains(0)
        else {
            throw ValidationError(
                field: "quietHours", reason: "quietHours must have from and until as HH:MM, and timeZone")
        }
        return PreferenceStore.QuietHours(from: from, until: until, timeZone: hours.timeZone)
    }

    private static func minute(_ text: String) -> Int? {
        guard let match = text.wholeMatch(of: /([01][0-9]|2[0-3]):([0-5][0-9])/), let hour = Int(match.1),
            let minute = Int(match.2)
        else { return nil }
        return hour * 60 + minute
    }
}
