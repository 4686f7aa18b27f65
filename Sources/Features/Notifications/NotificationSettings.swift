package import Chassis
package import Domain
import Storage

/// How a user is notified.
package struct NotificationSettings: Sendable {
    package let preferences: NotificationPreferences
    package let wantsEmail: Bool
    package let quietHours: QuietHours?
    package let updatedAt: Timestamp

    init(_ chosen: PreferenceStore.Chosen) {
        preferences = chosen.preferences
        wantsEmail = chosen.wantsEmail
        quietHours = chosen.quietHours
        updatedAt = chosen.updatedAt
    }
}

/// Changes of a user's notification settings. What is nil stays.
package struct NotificationSettingsChange: Sendable {
    /// Changes of one kind of notification.
    package struct Kind: Sendable {
        let enabled: Bool?
        let methods: [String]?
        let onlyWhenOffline: Bool?

        /// - Parameter methods: Names of ``NotificationPreferences/Method``.
        package init(enabled: Bool?, methods: [String]?, onlyWhenOffline: Bool?) {
            self.enabled = enabled
            self.methods = methods
            self.onlyWhenOffline = onlyWhenOffline
        }

        fileprivate func applied(
            to old: NotificationPreferences.Choice, of setting: NotificationPreferences.Setting
        ) throws(DomainError) -> NotificationPreferences.Choice {
            var new = old
            if let enabled { new.enabled = enabled }
            if let onlyWhenOffline, setting.fallback.onlyWhenOffline != nil { new.onlyWhenOffline = onlyWhenOffline }
            guard let names = methods else { return new }
            let methods = names.compactMap(NotificationPreferences.Method.init(rawValue:))
            guard methods.count == names.count, Set(methods).count == methods.count else {
                throw DomainError(
                    field: setting.key, reason: "\(setting.key).methods must be push or email, each at most once")
            }
            new.methods = methods
            return new
        }
    }

    /// By the keys of ``NotificationPreferences/Setting``.
    package var kinds: [String: Kind] = [:]
    package var wantsEmail: Bool?
    package var quietHours: Change<QuietHours> = nil

    package init() {}

    /// Returns the preferences after the change.
    /// - Throws: `validation_failed` for an unknown or repeated method.
    func applied(to old: NotificationPreferences) throws(DomainError) -> NotificationPreferences {
        var new = old
        for setting in NotificationCatalog.standard.settings {
            guard let change = kinds[setting.key] else { continue }
            new[setting] = try change.applied(to: old[setting], of: setting)
        }
        return new
    }
}
