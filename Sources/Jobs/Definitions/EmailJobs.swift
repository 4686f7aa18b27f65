package import Domain

/// Longer than a mail server may take for a message (RFC 5321, section 4.5.3.2).
private let mailTimeout = Duration.seconds(1_200)

/// Sends the e-mail that welcomes a new user. Address and name are in the job, because they are meant as they were at
/// registration.
package struct SendWelcome: Job, Equatable {
    package static let kind = "send-welcome"
    package static let queue = QueueName.email
    package static let attempts = 20
    package static let timeout = mailTimeout

    package let email: String
    package let name: String
    package let language: Language?

    package init(email: String, name: String, language: Language? = nil) {
        self.email = email
        self.name = name
        self.language = language
    }
}

/// Sends the link that verifies an e-mail address. The link's secret is computed when the e-mail is written, so that it
/// is stored nowhere.
package struct SendVerification: Job, Equatable {
    package static let kind = "send-verification"
    package static let queue = QueueName.email
    package static let attempts = 20
    package static let timeout = mailTimeout

    package let link: EmailTokenID
    package let account: UserID

    package init(link: EmailTokenID, account: UserID) {
        self.link = link
        self.account = account
    }

    /// At most one such e-mail per account and minute.
    package var uniqueness: Uniqueness? { .for(.seconds(60), account.description) }
}

/// Sends the link that sets a new password (S2-60). The link's secret is computed when the e-mail is written, so that
/// it is stored nowhere.
package struct SendPasswordReset: Job, Equatable {
    package static let kind = "send-reset-password"
    package static let queue = QueueName.email
    package static let attempts = 10
    package static let timeout = mailTimeout

    package let link: EmailTokenID
    /// In lower case.
    package let email: String

    package init(link: EmailTokenID, email: String) {
        self.link = link
        self.email = email
    }

    /// At most one such e-mail per address and minute.
    package var uniqueness: Uniqueness? { .for(.seconds(60), email) }
}

/// Informs a user that the password of the account was changed.
package struct SendPasswordChanged: Job, Equatable {
    package static let kind = "send-password-changed"
    package static let queue = QueueName.email
    package static let attempts = 20
    package static let timeout = mailTimeout

    package let account: UserID

    package init(account: UserID) {
        self.account = account
    }

    package var uniqueness: Uniqueness? { .for(.seconds(60), account.description) }
}

/// Informs a user that two-factor login of the account was changed.
package struct SendTwoFactorChanged: Job, Equatable {
    package static let kind = "send-two-factor-changed"
    package static let queue = QueueName.email
    package static let attempts = 20
    package static let timeout = mailTimeout

    package enum Change: String, Codable, Sendable, CaseIterable {
        case enabled, disabled
        /// An administrator or operator has removed the second factor.
        case reset
        /// The recovery codes were replaced.
        case recoveryCodes = "recovery-codes"
    }

    package let account: UserID
    package let change: Change

    package init(account: UserID, change: Change) {
        self.account = account
        self.change = change
    }

    /// At most one such e-mail of each kind per account and minute.
    package var uniqueness: Uniqueness? { .for(.seconds(60), "\(account) \(change.rawValue)") }
}

/// Informs a user of a login from an address that the account was not used from before.
package struct SendSignInNotice: Job, Equatable {
    package static let kind = "send-sign-in-notice"
    package static let queue = QueueName.email
    package static let attempts = 20
    package static let timeout = mailTimeout

    package let account: UserID
    package let session: SessionID

    package init(account: UserID, session: SessionID) {
        self.account = account
        self.session = session
    }

    package var uniqueness: Uniqueness? { .for(.seconds(60), account.description) }
}

/// Informs a user that a session ended because one of its refresh tokens was used twice.
package struct SendTokenReuseNotice: Job, Equatable {
    package static let kind = "send-token-reuse-notice"
    package static let queue = QueueName.email
    package static let attempts = 20

    package let account: UserID
    package let session: SessionID

    package init(account: UserID, session: SessionID) {
        self.account = account
        self.session = session
    }

    package var uniqueness: Uniqueness? { .for(.seconds(60), account.description) }
}

/// Sends one e-mail with all notifications that a user has not read yet.
package struct SendDigest: Job, Equatable {
    package static let kind = "send-digest"
    package static let queue = QueueName.email
    package static let attempts = 20
    package static let timeout = mailTimeout

    package let account: UserID

    package init(account: UserID) {
        self.account = account
    }

    package var uniqueness: Uniqueness? { .whileQueued(account.description) }
}
