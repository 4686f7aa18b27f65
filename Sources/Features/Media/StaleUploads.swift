package import Chassis
import MediaStoring

/// Removes the staged files of uploads that a killed process left. Runs at the start, and removes only files older than
/// any upload can be, because other processes share the folder.
package struct StaleUploads: Service {
    package let name = "stale uploads"
    private let blobs: any BlobStore
    private let disk: BlockingPool
    private let log: Log

    package init(_ services: SharedServices, log: Log) {
        blobs = services.blobs
        disk = services.disk
        self.log = log
    }

    package func start() async throws {
        do {
            let count = try await disk.run { [blobs] in try blobs.removeStale(olderThan: .seconds(86_400)) }
            if count > 0 { log.info("removed interrupted uploads", ["count": .number(count)]) }
        } catch {
            // The maintenance workers do it every day, and nothing else needs the store at the start.
            log.warning("interrupted uploads not removed", ["cause": .text("\(error)")])
        }
    }

    package func stop() async {}
}
