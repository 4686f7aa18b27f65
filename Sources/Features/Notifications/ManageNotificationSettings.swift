package import Domain
import Storage

/// Reads and changes how the caller is notified.
package struct ManageNotificationSettings: Sendable {
    let preferences: PreferenceStore
    let timeZones: TimeZoneNames

    /// - Throws: `account_not_found`.
    package func read(by caller: Caller) async throws(DomainError) -> NotificationSettings {
        guard let chosen = try await domainErrors({ try await preferences.read(caller.user) }) else {
            throw .accountNotFound
        }
        return NotificationSettings(chosen)
    }

    /// Writes what the change names and keeps the rest, also what another request changes at the same time.
    /// - Throws: `account_not_found`, `validation_failed` for an unknown method or time zone.
    package func update(
        _ change: NotificationSettingsChange, by caller: Caller
    ) async throws(DomainError) -> NotificationSettings {
        let changes = try change.validated()
        if case .some(.some(let hours)) = changes.quietHours {
            guard try await domainErrors({ try await timeZones.contains(hours.timeZone) }) else {
                throw DomainError(field: "quietHours", reason: "quietHours.timeZone must be a time zone's name")
            }
        }
        guard let chosen = try await domainErrors({ try await preferences.change(changes, of: caller.user) }) else {
            throw .accountNotFound
        }
        return NotificationSettings(chosen)
    }
}
