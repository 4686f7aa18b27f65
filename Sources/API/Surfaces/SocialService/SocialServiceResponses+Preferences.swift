import Chassis
import Domain
import HTTP
import Storage

extension SocialServiceResponses {
    /// `{userId, preferences, updatedAt}` (S0-86), and what the document does not have beside it.
    func preferences(_ chosen: PreferenceStore.Chosen, of user: UserID) -> Response {
        object { body in
            body.member("userId", user.description)
            body.object("preferences") { kinds in
                kinds.object("friendRequests") { write(chosen.preferences.friendRequests, to: &$0) }
                kinds.object("friendRequestAccepted") { write(chosen.preferences.friendRequestAccepted, to: &$0) }
                kinds.object("newMessages") { write(chosen.preferences.newMessages, to: &$0) }
                kinds.object("achievements") { write(chosen.preferences.achievements, to: &$0) }
            }
            body.member("emailNotifications", chosen.wantsEmail)
            if let hours = chosen.quietHours {
                body.object("quietHours") { object in
                    object.member("from", Self.clock(hours.from))
                    object.member("until", Self.clock(hours.until))
                    object.member("timeZone", hours.timeZone)
                }
            }
            body.member("updatedAt", chosen.updatedAt, .seconds)
        }
    }

    private func write(_ kind: NotificationPreferences.Kind, to object: inout JSONWriter) {
        object.member("enabled", kind.enabled)
        object.member("methods", array: kind.methods) { $0.value($1.rawValue) }
        if let only = kind.onlyWhenOffline { object.member("onlyWhenOffline", only) }
    }

    private static func clock(_ minute: Int) -> String {
        let digits = { (number: Int) in number < 10 ? "0\(number)" : "\(number)" }
        return "\(digits(minute / 60)):\(digits(minute % 60))"
    }
}
