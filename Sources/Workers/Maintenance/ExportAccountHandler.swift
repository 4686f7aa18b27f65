import Chassis
import Domain
import Jobs
import MediaStoring
import Storage

/// Handles ``ExportAccount``: writes one JSON document a page at a time, so that memory does not grow with its length.
/// A second run writes the same file.
struct ExportAccountHandler: Sendable {
    let exports: AccountExports
    let blobs: any BlobStore
    let disk: BlockingPool

    @Sendable func run(_ job: ExportAccount, _ context: JobContext) async throws -> Completion {
        let key = ExportBlobs.file(of: job.account)
        guard var document = try await exports.summary(of: job.account), document.popLast() == UInt8(ascii: "}") else {
            return .finished
        }
        let staged = try await disk.run { [blobs] in try blobs.stage(key) }
        do {
            // Before each list stands what ends the one before.
            var head = document
            for list in AccountExports.List.all {
                try await write(list.name, into: staged, after: head, context) {
                    try await exports.page(of: list, of: job.account, after: $0)
                }
                head = Array("]".utf8)
            }
            try await write("post_versions", into: staged, after: head, context) {
                try await exports.versions(of: job.account, after: $0)
            }
            try await disk.run {
                try staged.append(Array("]}\n".utf8))
                try staged.commit()
            }
        } catch {
            _ = try? await disk.run { staged.discard() }
            throw error
        }
        // An account that was deleted meanwhile may have deleted its export before this file was complete.
        if try await !exports.finish(job.account, byteCount: staged.byteCount, job: context.id) {
            try await disk.run { [blobs] in try blobs.delete(key) }
        }
        return .recorded
    }

    /// Writes a list page by page.
    /// - Parameter head: The bytes before it.
    private func write<ID>(
        _ name: String, into staged: any StagedBlob, after head: [UInt8], _ context: JobContext,
        _ page: (ID?) async throws -> [(id: ID, json: [UInt8])]
    ) async throws {
        var piece = head + Array(",\"\(name)\":[".utf8)
        var count = 0
        var last: ID?
        repeat {
            try Task.checkCancellation()
            let entries = try await page(last)
            for entry in entries {
                if count > 0 { piece.append(UInt8(ascii: ",")) }
                piece += entry.json
                count += 1
            }
            last = entries.last?.id
            context.report("\(count) \(name) written")
            let bytes = piece
            try await disk.run { try staged.append(bytes) }
            piece = []
        } while last != nil
    }

    /// Marks the export as failed when the job is dead.
    @Sendable func giveUp(_ job: ExportAccount) async throws {
        try await exports.giveUp(job.account)
    }
}
