import Domain
import Storage

/// Tells the owner of a file how far the workers are with it, and why it failed if it did. Others learn nothing.
struct ReadMediaStatus: Sendable {
    let media: MediaStore

    func callAsFunction(_ id: MediaID, by principal: Principal) async throws -> MediaFile {
        guard let file = try await media.find(id), file.owner == principal.user else {
            throw Refusal.notFound("File not found")
        }
        return file
    }
}
