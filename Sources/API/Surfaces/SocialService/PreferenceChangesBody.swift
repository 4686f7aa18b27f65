import Domain
import Features

/// The body of `PUT /v1/notifications/preferences`. The kinds stand in `preferences`, as they are shown, or by
/// themselves.
struct PreferenceChangesBody: Decodable {
    let change: NotificationSettingsChange

    private struct Kind: Decodable {
        let enabled: Bool?
        let methods: [String]?
        let onlyWhenOffline: Bool?

        var change: NotificationSettingsChange.Kind {
            NotificationSettingsChange.Kind(enabled: enabled, methods: methods, onlyWhenOffline: onlyWhenOffline)
        }
    }

    /// The kinds by the keys of their settings.
    private struct Kinds: Decodable {
        struct Key: CodingKey {
            let stringValue: String
            var intValue: Int? { nil }

            init(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }

        var changes: [String: NotificationSettingsChange.Kind] = [:]

        init(from decoder: any Decoder) throws {
            let members = try decoder.container(keyedBy: Key.self)
            for setting in NotificationCatalog.standard.settings {
                let kind = try members.decodeIfPresent(Kind.self, forKey: Key(stringValue: setting.key))
                changes[setting.key] = kind?.change
            }
        }
    }

    private struct Hours: Decodable {
        let from: String
        let until: String
        let timeZone: String
    }

    private enum Key: String, CodingKey {
        case preferences, emailNotifications, quietHours
    }

    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Key.self)
        let kinds =
            members.contains(.preferences)
            ? try members.decode(Kinds.self, forKey: .preferences) : try Kinds(from: decoder)
        var change = NotificationSettingsChange()
        change.kinds = kinds.changes
        change.wantsEmail = try members.decodeIfPresent(Bool.self, forKey: .emailNotifications)
        if members.contains(.quietHours) {
            change.quietHours = .some(try members.decodeIfPresent(Hours.self, forKey: .quietHours).map(Self.hours))
        }
        self.change = change
    }

    private static func hours(_ hours: Hours) throws(DomainError) -> QuietHours {
        guard let from = minute(hours.from), let until = minute(hours.until), hours.timeZone.utf8.count <= 64,
            !hours.timeZone.utf8.contains(0)
        else {
            throw DomainError(
                field: "quietHours", reason: "quietHours must have from and until as HH:MM, and timeZone")
        }
        return QuietHours(from: from, until: until, timeZone: hours.timeZone)
    }

    private static func minute(_ text: String) -> Int? {
        guard let match = text.wholeMatch(of: /([01][0-9]|2[0-3]):([0-5][0-9])/), let hour = Int(match.1),
            let minute = Int(match.2)
        else { return nil }
        return hour * 60 + minute
    }
}
