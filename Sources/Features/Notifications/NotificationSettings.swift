package import Chassis
package import Domain
import Storage

/// How a user is notified.
package struct NotificationSettings: Sendable {
    package let preferences: NotificationPreferences
    package let wantsEmail: Bool
    package let quietHours: QuietHours?
    package let updatedAt: Timestamp

    /// - Parameter isMasked: Whether the preferences are as they take effect: without e-mail for a user who has
    ///   switched it off.
    init(_ chosen: PreferenceStore.Chosen, isMasked: Bool = false) {
        preferences =
            isMasked && !chosen.wantsEmail
            ? chosen.preferences.withoutEmail(NotificationCatalog.standard.settings) : chosen.preferences
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

        fileprivate func changes(
            _ setting: NotificationPreferences.Setting
        ) throws(DomainError) -> NotificationPreferenceChanges.Kind {
            let known = methods?.compactMap(NotificationPreferences.Method.init(rawValue:))
            guard known?.count == methods?.count, Set(known ?? []).count == known?.count ?? 0 else {
                throw DomainError(
                    field: setting.key, reason: "\(setting.key).methods must be push or email, each at most once")
            }
            return NotificationPreferenceChanges.Kind(
                setting, enabled: enabled, methods: known,
                onlyWhenOffline: setting.fallback.onlyWhenOffline == nil ? nil : onlyWhenOffline)
        }
    }

    /// By the keys of ``NotificationPreferences/Setting``.
    package var kinds: [String: Kind] = [:]
    package var wantsEmail: Bool?
    package var quietHours: Change<QuietHours> = nil

    package init() {}

    /// - Throws: `validation_failed` for an unknown or repeated method of any kind.
    package func check() throws(DomainError) { _ = try validated() }

    /// Returns the changes to write.
    /// - Throws: `validation_failed` for an unknown or repeated method of any kind.
    func validated() throws(DomainError) -> NotificationPreferenceChanges {
        var changes = NotificationPreferenceChanges()
        let errors = FieldErrors()
        for setting in NotificationCatalog.standard.settings {
            guard let kind = kinds[setting.key] else { continue }
            let change = errors.read { () throws(DomainError) in try kind.changes(setting) }
            if let change { changes.kinds.append(change) }
        }
        try errors.check()
        changes.wantsEmail = wantsEmail
        changes.quietHours = quietHours
        return changes
    }
}
