import Chassis
import Jobs
import MediaStoring
import Social
import Storage

/// Keeps the promise of ``ExportAccount``: one JSON document, written a page at a time, so that a long one needs no more
/// memory than a short one. Running twice writes the same file.
struct ExportAccountWork: Sendable {
    let exports: AccountExports
    let blobs: any BlobStore
    let disk: BlockingPool

    @Sendable func run(_ job: ExportAccount, _ context: JobContext) async throws -> Completion {
        guard let key = ExportBlobs.file(of: job.account),
            var document = try await exports.summary(of: job.account), document.popLast() == UInt8(ascii: "}")
        else { return .finished }
        let staged = try await disk.run { [blobs] in try blobs.stage("export-\(UInt64.random(in: 0 ... .max))") }
        do {
            document += Array(#","files":["#.utf8)
            var count = 0
            var last: MediaID?
            repeat {
                try Task.checkCancellation()
                let page = try await exports.files(of: job.account, after: last)
                for file in page {
                    if count > 0 { document.append(UInt8(ascii: ",")) }
                    document += file.json
                    count += 1
                }
                last = page.last?.id
                context.report("\(count) files listed")
                let piece = document
                try await disk.run { try staged.append(piece) }
                document = []
            } while last != nil
            try await disk.run {
                try staged.append(Array("]}\n".utf8))
                try staged.commit(as: key)
            }
        } catch {
            _ = try? await disk.run { staged.discard() }
            throw error
        }
        try await exports.finish(job.account, byteCount: staged.byteCount, job: context.id)
        return .recorded
    }

    @Sendable func giveUp(_ job: ExportAccount) async throws {
        try await exports.giveUp(job.account)
    }
}
