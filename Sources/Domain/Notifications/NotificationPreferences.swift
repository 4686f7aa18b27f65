/// How a user wants to be notified (S0-86 to S0-88): the choices that differ from the defaults, by the key of a
/// setting. Choices for kinds that this version of the program does not know are kept.
package struct NotificationPreferences: Sendable, Equatable, Codable {
    package enum Method: String, Sendable, Codable, CaseIterable {
        case push, email
    }

    /// How a user wants to be notified of one kind of event.
    package struct Choice: Sendable, Equatable, Codable {
        package var enabled: Bool
        package var methods: [Method]
        /// Whether push and e-mail are left out while the user is online. Nil for kinds that do not offer it.
        package var onlyWhenOffline: Bool?

        package init(enabled: Bool = true, methods: [Method], onlyWhenOffline: Bool? = nil) {
            self.enabled = enabled
            self.methods = methods
            self.onlyWhenOffline = onlyWhenOffline
        }
    }

    /// What a user can choose: the key on the wire and in the database, and the default.
    package struct Setting: Sendable {
        package let key: String
        package let fallback: Choice

        package init(_ key: String, methods: [Method], isEnabled: Bool = true, onlyWhenOffline: Bool? = nil) {
            self.key = key
            fallback = Choice(enabled: isEnabled, methods: methods, onlyWhenOffline: onlyWhenOffline)
        }
    }

    private var choices: [String: Choice] = [:]

    package init() {}

    package init(from decoder: any Decoder) throws {
        choices = try [String: Choice](from: decoder)
    }

    package func encode(to encoder: any Encoder) throws {
        try choices.encode(to: encoder)
    }

    package subscript(setting: Setting) -> Choice {
        get { choices[setting.key] ?? setting.fallback }
        set { choices[setting.key] = newValue }
    }

    /// Returns the preferences of a user who wants no e-mail at all, as they take effect.
    package func withoutEmail(_ settings: [Setting]) -> NotificationPreferences {
        var masked = self
        for setting in settings { masked[setting].methods.removeAll { $0 == .email } }
        return masked
    }

    /// Returns the choice for a kind; kinds without a setting go to the inbox alone.
    package func choice(for descriptor: NotificationDescriptor) -> Choice {
        descriptor.preference.map { self[$0] } ?? Choice(methods: [])
    }
}

/// Changes of a user's notification preferences. What is nil keeps its value.
package struct NotificationPreferenceChanges: Sendable {
    /// Changes of one kind of event.
    package struct Kind: Sendable {
        package let setting: NotificationPreferences.Setting
        package var enabled: Bool?
        package var methods: [NotificationPreferences.Method]?
        package var onlyWhenOffline: Bool?

        package init(
            _ setting: NotificationPreferences.Setting, enabled: Bool? = nil,
            methods: [NotificationPreferences.Method]? = nil, onlyWhenOffline: Bool? = nil
        ) {
            self.setting = setting
            self.enabled = enabled
            self.methods = methods
            self.onlyWhenOffline = onlyWhenOffline
        }
    }

    /// Each setting at most once.
    package var kinds: [Kind] = []
    package var wantsEmail: Bool?
    package var quietHours: Change<QuietHours> = nil

    package init() {}
}

/// The daily time in which a user receives no push and no e-mail: while a clock of the time zone shows a time from
/// ``from`` up to ``until``.
package struct QuietHours: Sendable, Equatable {
    /// In minutes after midnight.
    package let from: Int
    /// In minutes after midnight; before ``from`` for hours that include midnight.
    package let until: Int
    /// A name of the IANA database that PostgreSQL knows.
    package let timeZone: String

    package init(from: Int, until: Int, timeZone: String) {
        self.from = from
        self.until = until
        self.timeZone = timeZone
    }
}
