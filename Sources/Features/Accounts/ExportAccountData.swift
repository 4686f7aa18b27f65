package import Chassis
package import Domain
import Jobs
import MediaStoring
import Storage

/// The state of an export of the caller's data.
package struct DataExport: Sendable {
    package enum State: String, Sendable {
        case pending, ready, failed
    }

    package let state: State
    /// Of the document, in bytes.
    package let byteCount: Int?
    package let createdAt: Timestamp
    package let readyAt: Timestamp?
    /// When the document is deleted.
    package let expiresAt: Timestamp

    init(_ export: AccountExport) {
        state =
            switch export.state {
            case .pending: .pending
            case .ready: .ready
            case .failed: .failed
            }
        byteCount = export.byteCount
        createdAt = export.createdAt
        readyAt = export.readyAt
        expiresAt = export.expiresAt
    }
}

/// Exports everything that is stored about the caller: a worker writes the document, the caller downloads it.
package struct ExportAccountData: Sendable {
    let exports: AccountExports
    let producer: Producer
    let blobs: any BlobStore
    let disk: BlockingPool

    /// Requests an export; a pending one continues.
    package func request(by caller: Caller) async throws(DomainError) -> DataExport {
        try await domainErrors {
            let job = try producer.outboxJob(ExportAccount(account: caller.user), trace: caller.trace)
            let id = Identifier(unixMilliseconds: Timestamp.now.unixMilliseconds)
            if try await exports.request(id, of: caller.user, enqueuing: job) { producer.push(job) }
        }
        return try await read(by: caller)
    }

    /// - Throws: `export_not_found`.
    package func read(by caller: Caller) async throws(DomainError) -> DataExport {
        guard let export = try await domainErrors({ try await exports.find(of: caller.user) }) else {
            throw .exportNotFound
        }
        return DataExport(export)
    }

    /// Opens the document.
    /// - Throws: `export_not_found`, also while the export is not ready.
    package func download(by caller: Caller) async throws(DomainError) -> MediaContent {
        let export = try await read(by: caller)
        guard export.state == .ready, let ready = export.readyAt else { throw .exportNotFound }
        return try await MediaContent.open(
            ExportBlobs.file(of: caller.user), in: blobs, on: disk, type: "application/json; charset=utf-8",
            tag: "\(ready.unixMilliseconds)",
            caching: .never, fileName: "socialplay.json", missing: .exportNotFound)
    }
}
