import Domain
import Features
import HTTP

/// `/api/v1/drafts` of SocialPlay, beyond the document: posts that are not published, with or without a time.
struct SocialPlayDrafts: Sendable {
    let posts: PostFeature
    let responses: SocialPlayResponses

    @Sendable func create(_ request: Request, by caller: Caller) async throws -> Response {
        let fields = try await request.fields(limit: JSONBodyLimit.post)
        let (draft, time) = try SocialPlayPosts.draft(in: fields, time: "publishAt")
        return responses.draft(
            try await posts.writeDrafts.create(draft, at: time, key: request.idempotencyKey, by: caller), 201)
    }

    @Sendable func list(_ request: Request, by caller: Caller) async throws -> Response {
        let errors = FieldErrors()
        let (page, last) = try errors.all(
            errors.read { () throws(DomainError) in try request.page(limit: 20, atMost: 100) },
            errors.read { () throws(DomainError) in try request.optionalID("cursor", as: DraftID.self) })
        return responses.drafts(
            try await posts.readDrafts(limit: page.limit, after: last, by: caller), page, request)
    }

    @Sendable func read(_ request: Request, by caller: Caller) async throws -> Response {
        let draft = try await posts.readDrafts.draft(try Self.draft(request), by: caller)
        return try responses.draft(draft).revalidated(version: draft.version, for: request)
    }

    @Sendable func update(_ request: Request, by caller: Caller) async throws -> Response {
        let draft = try Self.draft(request)
        let fields = try await request.fields(limit: JSONBodyLimit.post)
        let time = fields.change("publishAt") { try PublicationTime($0, field: "publishAt") }
        let (changes, moment) = try SocialPlayPosts.changes(in: fields, time)
        return responses.draft(
            try await posts.writeDrafts.update(
                draft, changes, at: moment, expecting: request.expectedVersions(), by: caller))
    }

    @Sendable func delete(_ request: Request, by caller: Caller) async throws -> Response {
        try await posts.writeDrafts.delete(
            try Self.draft(request), expecting: request.expectedVersions(), by: caller)
        return responses.message("Draft deleted successfully")
    }

    @Sendable func publish(_ request: Request, by caller: Caller) async throws -> Response {
        let draft = try Self.draft(request)
        return responses.post(try await posts.write.publish(draft, key: request.idempotencyKey, by: caller), 201)
    }

    private static func draft(_ request: Request) throws(DomainError) -> DraftID {
        try request.parameter("id", as: DraftID.self)
    }
}
