import Chassis
import Domain
import Postgres
import Storage

/// Gathers the likes of an event loop: those of one turn are one statement and one commit, and while likes of a post are
/// written, further ones of the same post wait for the next statement. So the likes of a post that all want to like
/// share the lock of its row instead of queueing for it one by one. Loop-confined.
///
/// `@unchecked Sendable`: touched by its loop's thread alone.
final class LikeQueue: @unchecked Sendable {
    typealias Outcome = Result<DomainError.Code?, PostgresError>

    private struct Request {
        let like: PostStore.Like
        let continuation: UnsafeContinuation<Outcome, Never>
    }

    /// Likes in one statement, which bounds how long it keeps its locks.
    private static let longestBatch = 64

    private let posts: PostStore
    private let loop: EventLoop
    private var waiting: [Request] = []
    /// The posts of the statements that are under way.
    private var busy: Set<PostID> = []
    private var isPlanned = false

    init(_ posts: PostStore, on loop: EventLoop) {
        self.posts = posts
        self.loop = loop
    }

    /// - Returns: Nil, or the refusal: `post_not_found`, `post_already_liked`, `token_invalid`.
    func add(_ like: PostStore.Like) async throws(PostgresError) -> DomainError.Code? {
        let outcome = await withUnsafeContinuation { (continuation: UnsafeContinuation<Outcome, Never>) in
            waiting.append(Request(like: like, continuation: continuation))
            plan()
        }
        return try outcome.get()
    }

    private func plan() {
        guard !isPlanned else { return }
        isPlanned = true
        loop.atEndOfTurn { [self] in
            isPlanned = false
            begin()
        }
    }

    /// Starts a statement for what waits and may be written.
    private func begin() {
        var batch: [Request] = []
        waiting.removeAll { request in
            guard batch.count < Self.longestBatch, !busy.contains(request.like.post) else { return false }
            batch.append(request)
            return true
        }
        guard !batch.isEmpty else { return }
        let (requests, written) = (batch, Set(batch.map(\.like.post)))
        busy.formUnion(written)
        loop.spawn { [self] in
            await write(requests)
            busy.subtract(written)
            if !waiting.isEmpty { plan() }
        }
        // The rest of a long turn is of other posts.
        if !waiting.isEmpty, requests.count == Self.longestBatch { plan() }
    }

    private func write(_ batch: [Request]) async {
        guard batch.count > 1 else {
            for request in batch { await writeAlone(request) }
            return
        }
        do throws(PostgresError) {
            let outcomes = try await posts.like(batch.map(\.like))
            for (request, refusal) in zip(batch, outcomes) { request.continuation.resume(returning: .success(refusal)) }
        } catch {
            // One that fails must not fail others. What may be committed is not tried again.
            switch error {
            case .rejected, .timedOut: for request in batch { loop.spawn { await self.writeAlone(request) } }
            default: for request in batch { request.continuation.resume(returning: .failure(error)) }
            }
        }
    }

    private func writeAlone(_ request: Request) async {
        do throws(PostgresError) {
            request.continuation.resume(returning: .success(try await posts.like(request.like)))
        } catch {
            request.continuation.resume(returning: .failure(error))
        }
    }
}
