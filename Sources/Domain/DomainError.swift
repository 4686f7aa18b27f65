/// The reason why a use case refused a command, independent of any transport.
///
/// A feature names each refusal once. A surface's error table maps the code to the status and words of its document;
/// a code that the table does not name gets the status of its kind and this message.
package struct DomainError: Error, Equatable, Sendable {
    /// The class of a refusal. A surface has one status for each.
    package enum Kind: Sendable {
        /// The input breaks a rule.
        case invalid
        /// The caller's credentials are missing or not valid.
        case unauthenticated
        /// The caller is known and may not do this.
        case forbidden
        case notFound
        /// The current state of the entity does not allow it.
        case conflict
        case tooLarge
        case unsupportedMediaType
        /// A rate limit is exceeded; ``DomainError/retryAfterSeconds`` says when the next attempt can succeed.
        case rateLimited
        /// A queue of this process is full; nothing was done.
        case overloaded
        /// PostgreSQL or Redis cannot be reached; nothing is known to have been done.
        case unavailable
        /// A fault of the product. The client never sees ``DomainError/cause``.
        case internalFault
    }

    package let code: Code
    package let kind: Kind
    /// The member, parameter or form field of the input.
    package let field: String?
    /// The wrong fields of the input, if they are several; otherwise empty, see ``problems``.
    private let severalProblems: [FieldProblem]
    /// A sentence for the client's developer or user.
    package let message: String
    package let retryAfterSeconds: Int?
    /// The error of a lower room, for the log alone.
    package let cause: String?

    package init(
        _ code: Code, _ kind: Kind, field: String? = nil, _ message: String, retryAfterSeconds: Int? = nil,
        cause: String? = nil, problems: [FieldProblem] = []
    ) {
        self.code = code
        self.kind = kind
        self.field = field
        self.message = message
        self.retryAfterSeconds = retryAfterSeconds
        self.cause = cause
        severalProblems = problems
    }

    /// Every wrong field of the input that the error is about, in the order of the input.
    package var problems: [FieldProblem] {
        guard severalProblems.isEmpty, let field else { return severalProblems }
        return [FieldProblem(field: field, message: message)]
    }
}

/// A field of the input that breaks a rule.
package struct FieldProblem: Equatable, Sendable {
    /// The member, parameter or form field.
    package let field: String
    package let message: String
}

/// Collects what is wrong with the fields of one input, so that one answer names all of them.
package final class FieldErrors {
    private var errors: [DomainError] = []

    package init() {}

    /// Returns the value of a field, or nil and keeps the error.
    package func read<Value>(_ value: () throws(DomainError) -> Value) -> Value? {
        do { return try value() } catch {
            errors.append(error)
            return nil
        }
    }

    /// The error about all fields; nil if none is wrong. A single error stays as it is.
    package var error: DomainError? {
        guard let first = errors.first, errors.count > 1 else { return errors.first }
        let hasOneCode = errors.allSatisfy { $0.code == first.code }
        return DomainError(
            hasOneCode ? first.code : .validationFailed, hasOneCode ? first.kind : .invalid, field: first.field,
            errors.map(\.message).joined(separator: "; "), problems: errors.flatMap(\.problems))
    }

    /// - Throws: The error about all fields, if one is wrong.
    package func check() throws(DomainError) {
        if let error { throw error }
    }

    /// Returns the values that ``read(_:)`` returned.
    /// - Throws: The error about all fields if one of them is nil.
    package func all<each Value>(_ values: repeat (each Value)?) throws(DomainError) -> (repeat each Value) {
        try check()
        func value<One>(_ value: One?) -> One {
            guard let value else { preconditionFailure("a field without a value has an error") }
            return value
        }
        return (repeat value(each values))
    }
}

extension DomainError {
    /// An input that breaks a rule of one field.
    package init(field: String, reason: String) {
        self.init(.validationFailed, .invalid, field: field, reason)
    }

    /// An input that breaks a rule of no single field.
    package static func invalid(_ message: String) -> DomainError { DomainError(.validationFailed, .invalid, message) }

    package static func tooLarge(_ message: String) -> DomainError { DomainError(.tooLarge, .tooLarge, message) }

    package static func rateLimited(retryAfterSeconds seconds: Int) -> DomainError {
        DomainError(
            .rateLimited, .rateLimited, "Too many requests, try again in \(seconds) s", retryAfterSeconds: seconds)
    }

    package static func overloaded(retryAfterSeconds seconds: Int) -> DomainError {
        DomainError(
            .overloaded, .overloaded, "The server is busy, try again in \(seconds) s", retryAfterSeconds: seconds)
    }

    package static func unavailable(cause: String) -> DomainError {
        DomainError(
            .unavailable, .unavailable, "The service is temporarily unavailable, try again later",
            retryAfterSeconds: 2, cause: cause)
    }

    package static func internalFault(cause: String) -> DomainError {
        DomainError(.internalFault, .internalFault, "Something went wrong on our side", cause: cause)
    }
}

extension DomainError {
    /// The stable name of a refusal. SQL functions return the raw value of those they decide.
    package enum Code: String, Sendable, CaseIterable {
        // Any feature
        case validationFailed = "validation_failed"
        case tooLarge = "too_large"
        case unsupportedMediaType = "unsupported_media_type"
        case rateLimited = "rate_limited"
        case overloaded
        case unavailable
        case internalFault = "internal_fault"
        /// The input names another user than the caller where it must name the caller.
        case notYourself = "not_yourself"
        case roleRequired = "role_required"
        /// The entity has another version than the request names.
        case preconditionFailed = "precondition_failed"
        /// Administrators do not close or demote one another.
        case administratorProtected = "administrator_protected"

        // Accounts and sessions
        case emailTaken = "email_taken"
        case usernameTaken = "username_taken"
        case wrongCredentials = "wrong_credentials"
        case accountDeactivated = "account_deactivated"
        case accountNotFound = "account_not_found"
        case tokenMissing = "token_missing"
        case tokenInvalid = "token_invalid"
        case refreshTokenInvalid = "refresh_token_invalid"
        case emailTokenInvalid = "email_token_invalid"
        case sessionNotFound = "session_not_found"
        case passwordChangedConcurrently = "password_changed_concurrently"
        case exportNotFound = "export_not_found"
        case providerNotFound = "provider_not_found"
        case identityTokenInvalid = "identity_token_invalid"
        /// The login needs a code besides the password.
        case twoFactorRequired = "two_factor_required"
        case twoFactorInvalid = "two_factor_invalid"
        /// The role may be used once its user has enabled two-factor login.
        case twoFactorSetupRequired = "two_factor_setup_required"
        case twoFactorAlreadyEnabled = "two_factor_already_enabled"
        case twoFactorNotBegun = "two_factor_not_begun"
        case twoFactorNotEnabled = "two_factor_not_enabled"

        // Friends and blocks
        case friendRequestNotFound = "friend_request_not_found"
        case alreadyFriends = "already_friends"
        case friendRequestExists = "friend_request_exists"
        case cannotAddYourself = "cannot_add_yourself"
        case userNotFound = "user_not_found"
        case userBlocked = "user_blocked"
        case friendLimitReached = "friend_limit_reached"
        case notFriends = "not_friends"
        case cannotFollowYourself = "cannot_follow_yourself"
        case alreadyFollowing = "already_following"
        case notFollowing = "not_following"
        /// The other user does not follow the caller.
        case notFollower = "not_follower"
        case profileNotFound = "profile_not_found"
        case notBlocked = "not_blocked"
        case cannotMuteYourself = "cannot_mute_yourself"
        case userAlreadyMuted = "user_already_muted"
        case userNotMuted = "user_not_muted"

        // Posts
        case postNotFound = "post_not_found"
        /// Only its author may change a post.
        case postNotYours = "post_not_yours"
        case postAlreadyLiked = "post_already_liked"
        case postNotLiked = "post_not_liked"
        /// Others than its author share only what all readers see.
        case postNotPublic = "post_not_public"
        case postAlreadyShared = "post_already_shared"
        case postNotShared = "post_not_shared"
        case postAlreadyBookmarked = "post_already_bookmarked"
        case postNotBookmarked = "post_not_bookmarked"
        case commentNotFound = "comment_not_found"
        /// Only its author may change a comment.
        case commentNotYours = "comment_not_yours"
        case draftNotFound = "draft_not_found"
        case tooManyDrafts = "too_many_drafts"

        // Messages
        case messageToNonFriend = "message_to_non_friend"
        case messageToYourself = "message_to_yourself"
        case messageEmpty = "message_empty"
        case messageTooLong = "message_too_long"
        case messageNotText = "message_not_text"
        case messageNotFound = "message_not_found"
        case messageNotReceived = "message_not_received"
        /// Only its sender may change a message, and delete it for both.
        case messageNotYours = "message_not_yours"
        /// A message can be changed for some minutes.
        case messageTooOld = "message_too_old"
        case conversationNotFound = "conversation_not_found"
        case idempotencyKeyReused = "idempotency_key_reused"

        // Presence, notifications, media
        case presenceUpdateFailed = "presence_update_failed"
        case invalidStatus = "invalid_status"
        case notificationNotFound = "notification_not_found"
        case subscriptionNotFound = "subscription_not_found"
        case avatarNotFound = "avatar_not_found"
        case coverNotFound = "cover_not_found"
        case trackNotFound = "track_not_found"
        case fileNotFound = "file_not_found"
        case quotaExceeded = "quota_exceeded"
        case fileRejected = "file_rejected"
        case uploadNotFound = "upload_not_found"
        case uploadExpired = "upload_expired"
        /// The upload has another offset than the request says.
        case uploadOffsetConflict = "upload_offset_conflict"
        /// Another request is making the file of the upload.
        case uploadLocked = "upload_locked"
        case tooManyUploads = "too_many_uploads"
        case checksumMismatch = "checksum_mismatch"

        // Moderation
        /// A moderator has limited the account: it reads and does not write.
        case accountLimited = "account_limited"
        /// A moderator has suspended the account.
        case accountSuspended = "account_suspended"
        /// The bytes are those of a picture that a moderator removed.
        case pictureRefused = "picture_refused"
        case cannotReportYourself = "cannot_report_yourself"
        case caseNotFound = "case_not_found"
        /// A moderator has closed the case.
        case caseClosed = "case_closed"
        /// Another moderator works on the case.
        case caseAssigned = "case_assigned"
        case assigneeNotModerator = "assignee_not_moderator"
        case cannotModerateYourself = "cannot_moderate_yourself"
        case actionNotFound = "action_not_found"
        case alreadyAppealed = "already_appealed"
        case notAppealed = "not_appealed"
        /// A moderator has decided the appeal.
        case appealDecided = "appeal_decided"
        /// Another moderator than the one who acted decides an appeal.
        case ownAction = "own_action"
    }
}
