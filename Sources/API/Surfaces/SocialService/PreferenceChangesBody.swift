import Domain
import Features

/// The body of `PUT /v1/notifications/preferences`. The kinds stand in `preferences`, as they are shown, or by
/// themselves.
enum PreferenceChangesBody {
    /// - Throws: An error about every wrong member.
    static func change(in fields: BodyFields) throws(DomainError) -> NotificationSettingsChange {
        var change = NotificationSettingsChange()
        if fields.contains("preferences") {
            let kinds = fields.object("preferences") { preferences in
                let kinds = Self.kinds(in: preferences)
                try preferences.check()
                return kinds
            }
            change.kinds = kinds ?? [:]
        } else {
            change.kinds = kinds(in: fields)
        }
        let (wantsEmail, quietHours) = (
            fields.optional("emailNotifications", as: Bool.self),
            fields.change("quietHours", object: { try Self.hours($0) })
        )
        fields.check { [change] () throws(DomainError) in try change.check() }
        (change.wantsEmail, change.quietHours) = try fields.all(wantsEmail, quietHours)
        return change
    }

    /// Returns the kinds that are not wrong, by the keys of their settings.
    private static func kinds(in fields: BodyFields) -> [String: NotificationSettingsChange.Kind] {
        var kinds: [String: NotificationSettingsChange.Kind] = [:]
        for setting in NotificationCatalog.standard.settings {
            kinds[setting.key] = fields.change(setting.key, object: { try Self.kind($0) })?.flatMap { $0 }
        }
        return kinds
    }

    private static func kind(_ fields: BodyFields) throws(DomainError) -> NotificationSettingsChange.Kind {
        let (enabled, methods, onlyWhenOffline) = try fields.all(
            fields.optional("enabled", as: Bool.self), fields.optional("methods", as: [String].self),
            fields.optional("onlyWhenOffline", as: Bool.self))
        return NotificationSettingsChange.Kind(enabled: enabled, methods: methods, onlyWhenOffline: onlyWhenOffline)
    }

    private static func hours(_ fields: BodyFields) throws(DomainError) -> QuietHours {
        let (from, until, timeZone) = try fields.all(
            fields.required("from", as: String.self), fields.required("until", as: String.self),
            fields.required("timeZone", as: String.self))
        guard let from = minute(from), let until = minute(until), timeZone.utf8.count <= 64,
            !timeZone.utf8.contains(0)
        else {
            throw DomainError(
                field: "quietHours", reason: "quietHours must have from and until as HH:MM, and timeZone")
        }
        return QuietHours(from: from, until: until, timeZone: timeZone)
    }

    private static func minute(_ text: String) -> Int? {
        guard let match = text.wholeMatch(of: /([01][0-9]|2[0-3]):([0-5][0-9])/), let hour = Int(match.1),
            let minute = Int(match.2)
        else { return nil }
        return hour * 60 + minute
    }
}
