import Domain
import Features
import HTTP

/// `/api/v1/messages` of SocialPlay (S2-114 to S2-120). Anyone writes to anyone. In a path, an id is the other
/// user's where a conversation is read or written, and a message's where one message is changed (S2-120).
struct SocialPlayMessages: Sendable {
    let messages: MessageFeature
    let responses: SocialPlayResponses

    /// S2-114: the conversation with the newest message first.
    @Sendable func conversations(_ request: Request, by caller: Caller) async throws -> Response {
        let (page, last) = try Self.page(request)
        return responses.conversations(
            try await messages.read.anyConversations(before: last, limit: page.limit, by: caller), page, request)
    }

    /// S2-115: the newest first, by number or behind a message.
    @Sendable func history(_ request: Request, by caller: Caller) async throws -> Response {
        let (page, last) = try Self.page(request)
        let other = try request.parameter("id", as: UserID.self)
        return responses.messages(
            try await messages.read.anyHistory(with: other, before: last, page, by: caller), page, request)
    }

    /// S2-116.
    @Sendable func send(_ request: Request, by caller: Caller) async throws -> Response {
        let receiver = try request.parameter("id", as: UserID.self)
        let fields = try await request.fields(limit: Self.bodyLimit)
        let (content, mediaURL) = try fields.all(
            fields.required("content") { try MessageText($0) }, fields.optional("mediaUrl", Self.mediaURL))
        let draft = MessageDraft(
            to: receiver, content: content, mediaURL: mediaURL, idempotencyKey: request.idempotencyKey,
            requiresFriendship: false)
        return responses.message(try await messages.send(draft, by: caller), 201)
    }

    /// S2-117.
    @Sendable func read(_ request: Request, by caller: Caller) async throws -> Response {
        responses.message(try await messages.read.readMessage(try Self.message(request), by: caller))
    }

    /// A change within fifteen minutes, beyond the document.
    @Sendable func edit(_ request: Request, by caller: Caller) async throws -> Response {
        let message = try Self.message(request)
        let fields = try await request.fields(limit: Self.bodyLimit)
        let (content, mediaURL) = try fields.all(
            fields.optional("content") { try MessageText($0) }, fields.change("mediaUrl", Self.mediaURL))
        let changes = try MessageChanges(content: content, mediaURL: mediaURL)
        return responses.message(try await messages.change.edit(message, changes, by: caller))
    }

    /// S2-118: for both users, or with `?for=me` in the caller's own view alone.
    @Sendable func delete(_ request: Request, by caller: Caller) async throws -> Response {
        let isForBoth: Bool
        switch request.query("for") {
        case nil, "all": isForBoth = true
        case "me": isForBoth = false
        default: throw DomainError(field: "for", reason: "for must be me or all")
        }
        try await messages.change.delete(try Self.message(request), forBoth: isForBoth, by: caller)
        return responses.message("Message deleted successfully")
    }

    /// Reactions are beyond the document.
    @Sendable func react(_ request: Request, by caller: Caller) async throws -> Response {
        let message = try Self.message(request)
        let fields = try await request.fields()
        let reaction = try fields.all(fields.required("emoji") { try MessageReaction($0) })
        return responses.message(try await messages.change.react(to: message, with: reaction, by: caller))
    }

    @Sendable func endReaction(_ request: Request, by caller: Caller) async throws -> Response {
        responses.message(try await messages.change.react(to: try Self.message(request), with: nil, by: caller))
    }

    /// Search in one's own messages, beyond the document: the newest first.
    @Sendable func search(_ request: Request, by caller: Caller) async throws -> Response {
        let errors = FieldErrors()
        let (query, page, last) = try errors.all(
            errors.read { () throws(DomainError) in
                guard let text = request.query("q") else { throw DomainError(field: "q", reason: "q is required") }
                return try PostQuery(text)
            },
            errors.read { () throws(DomainError) in try request.page(limit: 20, atMost: 100) },
            errors.read { () throws(DomainError) in try request.optionalID("cursor", as: MessageID.self) })
        return responses.foundMessages(
            try await messages.read.search(query, before: last, limit: page.limit, by: caller), of: query, page,
            request)
    }

    @Sendable func unread(_ request: Request, by caller: Caller) async throws -> Response {
        responses.unread(try await messages.read.unreadCount(by: caller))
    }

    // MARK: Input

    private static let bodyLimit = JSONBodyLimit.texts(of: MessageText.longest)

    private static func mediaURL(_ text: String) throws -> String {
        try ProfileText.webAddress(text, field: "mediaUrl")
    }

    private static func message(_ request: Request) throws(DomainError) -> MessageID {
        try request.parameter("id", as: MessageID.self)
    }

    private static func page(_ request: Request) throws(DomainError) -> (Page, MessageID?) {
        let errors = FieldErrors()
        return try errors.all(
            errors.read { () throws(DomainError) in try request.page(limit: 20, atMost: 100) },
            errors.read { () throws(DomainError) in try request.optionalID("cursor", as: MessageID.self) })
    }
}
