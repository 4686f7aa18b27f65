import Chassis
package import Domain
import Jobs
import Storage

/// Deletes a file of the caller, or any file for an administrator: its row and what belongs to it, the counters, and
/// then the bytes (S1-73 to S1-78).
package struct DeleteMedia: Sendable {
    let media: MediaStore
    let accounts: AccountStore
    let producer: Producer
    let publicPosts: PublicPosts

    /// - Parameter purpose: What the file must be; nil for any.
    /// - Throws: `file_not_found`, also for the file of another user.
    package func callAsFunction(
        _ id: MediaID, purpose: MediaPurpose? = nil, by caller: Caller
    ) async throws(DomainError) {
        try await domainErrors {
            guard let file = try await media.find(id), purpose == nil || file.purpose == purpose else {
                throw DomainError.fileNotFound
            }
            if file.owner != caller.user {
                guard try await accounts.hasRole([.admin], caller) else { throw DomainError.fileNotFound }
            }
            // A cover that is added meanwhile belongs to the track too.
            while true {
                let files = try await media.belonging(to: id)
                guard !files.isEmpty else { throw DomainError.fileNotFound }
                let removal = try producer.outboxJob(RemoveMedia(media: files, of: file.owner), trace: caller.trace)
                switch try await media.delete(
                    id, of: file.owner, with: files, enqueuing: removal, recording: .trackDeleted(file),
                    by: file.owner == caller.user ? nil : caller.user)
                {
                case .deleted:
                    producer.wakePublishers()
                    producer.push(removal)
                    if file.purpose == .avatar { await publicPosts.renew() }
                    return
                case .notFound: throw DomainError.fileNotFound
                case .changed: continue
                }
            }
        }
    }
}
