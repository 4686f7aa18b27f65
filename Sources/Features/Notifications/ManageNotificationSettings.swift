package import Domain
import Storage

/// Reads and changes how the caller is notified.
package struct ManageNotificationSettings: Sendable {
    let preferences: PreferenceStore

    /// - Throws: `account_not_found`.
    package func read(by caller: Caller) async throws(DomainError) -> NotificationSettings {
        NotificationSettings(try await stored(caller))
    }

    /// - Throws: `account_not_found`, `validation_failed` for an unknown method or time zone.
    package func update(
        _ change: NotificationSettingsChange, by caller: Caller
    ) async throws(DomainError) -> NotificationSettings {
        let old = try await stored(caller)
        let new = try change.applied(to: old.preferences)
        let quietHours =
            switch change.quietHours {
            case .none: old.quietHours
            case .some(let hours): hours
            }
        let isWritten = try await domainErrors {
            try await preferences.write(
                new, wantsEmail: change.wantsEmail ?? old.wantsEmail, quietHours: quietHours, of: caller.user)
        }
        guard isWritten else {
            throw DomainError(field: "quietHours", reason: "quietHours.timeZone must be a time zone's name")
        }
        return try await read(by: caller)
    }

    private func stored(_ caller: Caller) async throws(DomainError) -> PreferenceStore.Chosen {
        guard let chosen = try await domainErrors({ try await preferences.read(caller.user) }) else {
            throw .accountNotFound
        }
        return chosen
    }
}
