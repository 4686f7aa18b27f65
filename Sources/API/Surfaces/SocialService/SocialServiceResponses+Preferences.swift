import Chassis
import Domain
import Features
import HTTP

extension SocialServiceResponses {
    /// `{userId, preferences, updatedAt}` (S0-86), with members beyond the document.
    func preferences(_ settings: NotificationSettings, of user: UserID) -> Response {
        object { body in
            body.member("userId", user)
            body.object("preferences") { kinds in
                for setting in NotificationCatalog.standard.settings {
                    kinds.object(named: setting.key) { write(settings.preferences[setting], to: &$0) }
                }
            }
            body.member("emailNotifications", settings.wantsEmail)
            if let hours = settings.quietHours {
                body.object("quietHours") { object in
                    object.member("from", Self.clock(hours.from))
                    object.member("until", Self.clock(hours.until))
                    object.member("timeZone", hours.timeZone)
                }
            }
            body.member("updatedAt", settings.updatedAt, .seconds)
        }
    }

    private func write(_ kind: NotificationPreferences.Choice, to object: inout JSONWriter) {
        object.member("enabled", kind.enabled)
        object.member("methods", array: kind.methods) { $0.value($1.rawValue) }
        if let only = kind.onlyWhenOffline { object.member("onlyWhenOffline", only) }
    }

    private static func clock(_ minute: Int) -> String {
        let digits = { (number: Int) in number < 10 ? "0\(number)" : "\(number)" }
        return "\(digits(minute / 60)):\(digits(minute % 60))"
    }
}
