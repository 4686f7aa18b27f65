import Chassis
import Domain
import HTTP
import Jobs
import MediaStoring
import Storage

/// Everything that there is about somebody, put together by a worker, for them to download.
struct OwnExport: Sendable {
    let exports: AccountExports
    let producer: Producer
    let blobs: any BlobStore
    let disk: BlockingPool

    /// Asks for one; one that is under way goes on.
    func request(by principal: Principal, trace: String) async throws -> AccountExport {
        let job = try producer.outboxJob(ExportAccount(account: principal.user), trace: trace)
        let id = Identifier(unixMilliseconds: Timestamp.now.unixMilliseconds)
        if try await exports.request(id, of: principal.user, enqueuing: job) { producer.push(job) }
        return try await read(by: principal)
    }

    /// - Throws: ``AccountRefusal/exportMissing``.
    func read(by principal: Principal) async throws -> AccountExport {
        guard let export = try await exports.find(of: principal.user) else { throw AccountRefusal.exportMissing }
        return export
    }

    /// The document itself.
    /// - Throws: ``AccountRefusal/exportMissing``, also while it is not ready.
    func download(by principal: Principal, for request: Request) async throws -> Response {
        let export = try await read(by: principal)
        guard export.state == .ready, let ready = export.readyAt, let key = ExportBlobs.file(of: principal.user) else {
            throw AccountRefusal.exportMissing
        }
        let blob: OpenBlob
        do {
            blob = try await disk.run { [blobs] in try blobs.open(key) }
        } catch BlobError.notFound {
            throw AccountRefusal.exportMissing
        }
        guard let descriptor = blob.takeDescriptor() else { throw AccountRefusal.exportMissing }
        return Response.file(
            OpenFile(owning: descriptor), byteCount: blob.byteCount, type: "application/json; charset=utf-8",
            tag: "\(ready.unixMilliseconds)", modified: blob.modified, cacheControl: "no-store", for: request
        ).with("Content-Disposition", "attachment; filename=\"socialplay.json\"")
    }
}
