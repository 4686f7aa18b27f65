/// What users report.
package enum ReportTarget: String, Sendable, CaseIterable {
    case post = "POST"
    case comment = "COMMENT"
    case message = "MESSAGE"
    case profile = "PROFILE"
    case picture = "PICTURE"
}

/// Why a user reports something.
package enum ReportReason: String, Sendable, CaseIterable {
    case spam = "SPAM"
    case harassment = "HARASSMENT"
    case hate = "HATE"
    case violence = "VIOLENCE"
    case nudity = "NUDITY"
    case illegal = "ILLEGAL"
    case impersonation = "IMPERSONATION"
    case other = "OTHER"
}

/// How a case ended.
package enum CaseOutcome: String, Sendable {
    case dismissed, removed, warned, limited, suspended
    /// The account of the target's owner was deleted.
    case ownerDeleted = "owner_deleted"
}

/// What a moderator does to a user, or to the user's content.
package enum ModerationKind: String, Sendable, CaseIterable {
    /// Deletes the content, or clears the profile.
    case remove
    case warn
    /// The user reads and does not write, for a time.
    case limit
    /// The account is not active, for a time.
    case suspend
}

/// How an appeal was decided.
package enum AppealDecision: String, Sendable {
    case upheld, reversed
}

/// Which cases a moderator lists.
package enum CaseList: String, Sendable {
    case open
    /// Open, and assigned to the moderator.
    case mine
    case closed
}

/// The order of a list of cases.
package enum CaseOrder: String, Sendable {
    /// By the time at which they were opened, the newest first.
    case newest
    /// By the number of reports, the highest first.
    case reports
}

/// The place of a case in a list, as a cursor has it: the number of its reports and its id.
package struct CasePosition: Sendable, Equatable, LosslessStringConvertible {
    package let reports: Int
    package let id: CaseID

    package init(reports: Int, id: CaseID) {
        self.reports = reports
        self.id = id
    }

    package init?(_ description: String) {
        let parts = description.split(separator: "_", maxSplits: 1)
        guard parts.count == 2, let reports = Int32(parts[0]), let id = CaseID(String(parts[1])) else { return nil }
        self.init(reports: Int(reports), id: id)
    }

    package var description: String { "\(reports)_\(id)" }
}

/// The texts of reports, actions and appeals, and the times of limits and suspensions.
package enum ModerationText {
    /// Characters of what a reporter adds, and of a moderator's reason.
    package static let longest = 1_000
    /// Characters of an appeal.
    package static let longestAppeal = 2_000
    /// Hours of a limit or suspension: a year.
    package static let mostHours = 8_760

    /// - Throws: `validation_failed`.
    package static func read(_ text: String, field: String, atMost limit: Int = longest) throws(DomainError) -> String {
        do { return try TextRules.prose(atMost: limit).read(text) } catch {
            throw DomainError(
                field: field,
                reason: error == .forbiddenCharacter
                    ? "\(field) must not contain control characters"
                    : "\(field) must be 1 to \(limit) characters long, and show something")
        }
    }
}

/// A post, comment, message, user or picture that is reported, by its id alone.
package struct ReportedID: EntityID {
    package let identifier: Identifier

    package init(_ identifier: Identifier) {
        self.identifier = identifier
    }
}
