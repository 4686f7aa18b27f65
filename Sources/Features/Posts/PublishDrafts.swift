import Chassis
package import Domain
import FoundationEssentials
package import Jobs
package import Storage

/// Publishes drafts: at once for their author, or at the time of their schedule for a worker. The jobs of a publication
/// depend on the text, so they are made for one version of the draft, and made again if it has changed meanwhile.
package struct PublishDrafts: Sendable {
    let drafts: DraftStore
    let producer: Producer
    let publication: PublicationJobs
    /// How often a draft that changes meanwhile is read.
    private static let attempts = 10

    package init(_ drafts: DraftStore, _ producer: Producer) {
        self.drafts = drafts
        self.producer = producer
        publication = PublicationJobs(producer)
    }

    /// What became of a scheduled post.
    package enum Outcome: Sendable {
        case published
        /// There is none under this id any more.
        case gone
        /// Its time comes then.
        case early(Duration)
        /// The account is deactivated, limited or closed.
        case waiting
    }

    /// Publishes a scheduled post if its time has come.
    package func scheduled(_ post: PostID, of author: UserID, trace: String?) async throws -> Outcome {
        let publication: (outcome: DraftStore.Publication, visibility: PostVisibility?)
        do {
            publication = try await publish(.scheduled(post), as: post, of: author, under: nil, trace: trace)
        } catch {
            guard DomainError(error).code == .accountLimited else { throw error }
            return .waiting
        }
        switch publication.outcome {
        case .published, .repeated: return .published
        case .early(let milliseconds): return .early(.milliseconds(milliseconds))
        case .refused(.tokenInvalid): return .waiting
        case .refused: return .gone
        case .changed: throw DomainError.preconditionFailed
        }
    }

    /// Publishes a draft of the caller at once.
    /// - Returns: The id of the post, and its visibility; nil if it was published before, under the same key.
    /// - Throws: `draft_not_found`, `idempotency_key_reused`, `token_invalid`.
    func now(
        _ draft: DraftID, under key: RequestKey?, by caller: Caller
    ) async throws -> (post: PostID, visibility: PostVisibility?) {
        let provisional = PostID(unixMilliseconds: Timestamp.now.unixMilliseconds)
        let publication = try await publish(
            .draft(draft), as: provisional, of: caller.user, under: key, trace: caller.trace)
        switch publication.outcome {
        case .published(let post): return (post, publication.visibility)
        case .repeated(let post): return (post, nil)
        case .refused(let code): throw DomainError(postRefusal: code)
        case .changed, .early: throw DomainError.preconditionFailed
        }
    }

    private func publish(
        _ name: DraftStore.Name, as provisional: PostID, of author: UserID, under key: RequestKey?, trace: String?
    ) async throws -> (outcome: DraftStore.Publication, visibility: PostVisibility?) {
        for _ in 0..<Self.attempts {
            let draft = try await drafts.find(name, of: author)
            let post = try draft.map { try PostDraft($0) }
            let jobs = try post.map {
                try publication.jobs(of: provisional, $0, by: author, trace: trace)
            }
            // Of a draft that is gone the statement knows what its key has published.
            let outcome = try await drafts.publish(
                name, version: draft?.version ?? 0, by: author, enqueuing: jobs ?? [], as: provisional, under: key)
            switch outcome {
            case .changed: continue
            case .published(let id):
                for job in jobs ?? [] {
                    producer.push(job.naming(id.identifier, insteadOf: provisional.identifier))
                }
            case .repeated, .early, .refused: break
            }
            return (outcome, post?.visibility)
        }
        return (.changed, nil)
    }
}

extension PostDraft {
    /// The post that a draft becomes.
    init(_ draft: Draft) throws {
        let addresses = try JSONDecoder().decode([String].self, from: Data(draft.mediaURLs))
        self.init(
            content: draft.content, mediaURLs: addresses, mediaType: draft.mediaType, visibility: draft.visibility)
    }
}
