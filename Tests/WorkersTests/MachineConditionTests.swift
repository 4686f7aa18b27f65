import Chassis
import Domain
import Jobs
import MediaDecoding
import MediaStoring
import Storage
import TestSupport
import Testing

@testable import Workers

/// What the machine is the cause of fails no job for good.
@Suite("Machine conditions", .database)
struct MachineConditionTests {
    /// A store whose disk is full, or gone.
    private struct FailingStore: BlobStore {
        let error: BlobError
        var picture: [UInt8]?

        func stage(_ key: BlobKey) throws(BlobError) -> any StagedBlob { throw error }
        func write(_ bytes: [UInt8], as key: BlobKey, type: String?) throws(BlobError) { throw error }
        func read(_ key: BlobKey, limit: Int) throws(BlobError) -> [UInt8] {
            guard let picture else { throw error }
            return picture
        }
        func open(_ key: BlobKey) throws(BlobError) -> OpenBlob { throw error }
        func content(_ key: BlobKey) throws(BlobError) -> BlobContent { throw error }
        func delete(_ key: BlobKey) throws(BlobError) { throw error }
        func page(after last: BlobKey?, limit: Int) throws(BlobError) -> [StoredBlob] { throw error }
        func removeStale(olderThan age: Duration) throws(BlobError) -> Int { throw error }
        func checkWritable() throws(BlobError) { throw error }
    }

    @Test(arguments: [
        (BlobError.noSpace, MachineCondition.diskFull), (.failed(operation: "read", code: 5), .storeUnavailable),
        (.failed(operation: "open", code: 24), .outOfDescriptors), (.failed(operation: "read", code: 12), .outOfMemory),
    ])
    func `a picture waits for its store`(error: BlobError, condition: MachineCondition) async throws {
        try await expectMakeAvatar(FailingStore(error: error), meets: condition)
    }

    // The test runner is no helper, so none starts.
    @Test func `a picture waits for a helper process that does not start`() async throws {
        try await expectMakeAvatar(FailingStore(error: .noSpace, picture: Samples.jpeg), meets: .decoderUnavailable)
    }

    /// Runs the handler with the context of the last attempt.
    private func expectMakeAvatar(_ store: FailingStore, meets condition: MachineCondition) async throws {
        try await PoolHarness.open { pools in
            let user = try await pools.register("ada")
            let id = PoolHarness.id(MediaID.self)
            let media = MediaStore(pools.context.database)
            let job = MakeAvatar(media: id)
            let outboxJob = try pools.context.producer.outboxJob(job, trace: nil)
            _ = try await media.add(
                NewMedia(
                    id: id, owner: user, purpose: .avatar, originalName: "a.jpg", fileName: "\(id).jpg",
                    mimeType: "image/jpeg", format: "jpeg", byteCount: 9, sha256: [7]),
                within: MediaQuota(files: 10, bytes: 1_000), enqueuing: [outboxJob])
            let make = MakePictureHandler(
                media: media, redis: pools.context.redis, blobs: store, producer: pools.context.producer,
                decoders: DecoderPool(count: 1) { PictureDecoder() },
                disk: BlockingPool(name: "disk", threads: 1, queueLimit: 16))
            let handler = JobHandler(MakeAvatar.self, make.makeAvatar, onDeadLetter: make.giveUpAvatar)
            do {
                try await pools.inline.runAll([handler])
                Issue.record("it did not fail")
            } catch let failure as InlineJobs.Failure {
                #expect((failure.cause as? any MachineError)?.machineCondition == condition, "\(failure)")
            }
            #expect(try await pools.inline.enqueued(MakeAvatar.self) == [job])
        }
    }

    @Test func `a mail keeps the server's own reply, and waits for a server that takes none`() async throws {
        var refusing = SMTPServer.Behaviour()
        refusing.recipientReply = "550 5.1.1 nobody here"
        let server = try await SMTPServer.start(refusing)
        try await PoolHarness.open(["SMTP_URL": server.url]) { pools in
            try await pools.enqueue(SendWelcome(email: "ada@b.example", name: "ada"))
            guard case .permanent(let reason) = try await pools.failure()?.cause as? JobError else {
                Issue.record("it is not permanent")
                return
            }
            #expect(reason == "RCPT: 550 5.1.1 nobody here")
        }
        var busy = SMTPServer.Behaviour()
        busy.senderReply = "452 4.3.1 insufficient system storage"
        let other = try await SMTPServer.start(busy)
        try await PoolHarness.open(["SMTP_URL": other.url]) { pools in
            try await pools.enqueue(SendWelcome(email: "ada@b.example", name: "ada"))
            let cause = try await pools.failure()?.cause as? any MachineError
            #expect(cause?.machineCondition == .mailServerUnavailable)
            #expect(cause.map { "\($0)" } == "MAIL: 452 4.3.1 insufficient system storage")
        }
    }
}
