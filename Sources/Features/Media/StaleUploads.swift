import Chassis
import MediaStoring

/// Removes what uploads left behind when a process died under them. At start, and only what is older than any upload
/// can be, because other processes share the folder.
struct StaleUploads: Service {
    let name = "stale uploads"
    private let blobs: any BlobStore
    private let disk: BlockingPool
    private let log: Log

    init(in blobs: any BlobStore, disk: BlockingPool, log: Log) {
        self.blobs = blobs
        self.disk = disk
        self.log = log
    }

    func start() async throws {
        let count = try await disk.run { [blobs] in try blobs.removeStale(olderThan: .seconds(86_400)) }
        if count > 0 { log.info("removed interrupted uploads", ["count": .number(count)]) }
    }

    func stop() async {}
}
