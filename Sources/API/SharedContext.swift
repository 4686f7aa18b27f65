import Chassis
import Crypto
import MediaStoring

/// What all loops of the process share.
struct SharedContext: Sendable {
    let settings: APISettings
    let passwords: Passwords
    let providers: Providers
    let pushSender: PushSender
    let disk: BlockingPool
    let blobs: any BlobStore
    let metrics: Metrics
    let rosterMetrics: OnlineFriendsMetrics
    let startedAt: UInt64

    init(_ settings: APISettings) throws {
        self.settings = settings
        passwords = Passwords(threads: settings.passwordThreads)
        guard let keys = settings.pushKeys else { preconditionFailure("settings that were read have keys") }
        pushSender = PushSender(pair: keys, contact: settings.publicBaseURL)
        providers = Providers(settings.providers, secret: settings.linkSecret.exposed, log: settings.chassis.log)
        disk = BlockingPool(name: "disk", threads: 4, queueLimit: 1_024)
        blobs = try LocalBlobStore(root: settings.media.root)
        metrics = Metrics()
        metrics.addProcessMetrics()
        rosterMetrics = OnlineFriendsMetrics(in: metrics)
        startedAt = monotonicNanoseconds()
    }
}
