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
    /// A sentence for the client's developer or user.
    package let message: String
    package let retryAfterSeconds: Int?
    /// The error of a lower room, for the log alone.
    package let cause: String?

    package init(
        _ code: Code, _ kind: Kind, field: String? = nil, _ message: String, retryAfterSeconds: Int? = nil,
        cause: String? = nil
    ) {
        self.code = code
        self.kind = kind
        self.field = field
        self.message = message
        self.retryAfterSeconds = retryAfterSeconds
        self.cause = cause
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

        // Friends and blocks
        case friendRequestNotFound = "friend_request_not_found"
        case alreadyFriends = "already_friends"
        case friendRequestExists = "friend_request_exists"
        case cannotAddYourself = "cannot_add_yourself"
        case userNotFound = "user_not_found"
        case userBlocked = "user_blocked"
        case friendLimitReached = "friend_limit_reached"
        case notFriends = "not_friends"
        case notBlocked = "not_blocked"

        // Messages
        case messageToNonFriend = "message_to_non_friend"
        case messageToYourself = "message_to_yourself"
        case messageEmpty = "message_empty"
        case messageTooLong = "message_too_long"
        case messageNotText = "message_not_text"
        case messageNotFound = "message_not_found"
        case messageNotReceived = "message_not_received"
        case conversationNotFound = "conversation_not_found"
        case idempotencyKeyReused = "idempotency_key_reused"

        // Presence, notifications, media
        case presenceUpdateFailed = "presence_update_failed"
        case invalidStatus = "invalid_status"
        case notificationNotFound = "notification_not_found"
        case subscriptionNotFound = "subscription_not_found"
        case avatarNotFound = "avatar_not_found"
        case fileNotFound = "file_not_found"
        case fileRejected = "file_rejected"
    }
}
