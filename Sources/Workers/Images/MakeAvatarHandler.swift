import Chassis
import Domain
import Jobs
import MediaDecoding
import MediaStoring
import Redis
import Storage
import Synchronization

/// Handles ``MakeAvatar``: reads the original, decodes it in the sandbox, stores the variants, then publishes them and
/// finishes the job in one statement. A second run writes the same files and has its effect once.
struct MakeAvatarHandler: Sendable {
    let media: MediaStore
    let redis: Redis
    let blobs: any BlobStore
    let producer: Producer
    let decoders: PictureDecoders
    let disk: BlockingPool

    @Sendable func run(_ job: MakeAvatar, _ context: JobContext) async throws -> Completion {
        guard let keys = PictureBlobs(of: job.media) else {
            throw JobError.permanent(reason: "the media id makes no file name")
        }
        let report: PictureReport
        do {
            report = try await decoders.run { [blobs] decoder in try Self.make(keys, blobs, decoder) }
        } catch let failure as MediaFailure {
            return try await fail(job, failure, keys, context)
        } catch BlobError.notFound {
            return try await fail(job, reason: "The file is missing.", keys, context)
        } catch BlobError.tooLarge(let count) {
            return try await fail(job, .tooLarge(.bytes(count)), keys, context)
        }
        let removals = try await media.replaceableAvatars(by: job.media).map { avatar in
            (avatar, try producer.outboxJob(RemoveMedia(media: [avatar]), trace: context.trace))
        }
        let tookEffect = try await media.finishAvatar(
            job.media, width: report.width, height: report.height, job: context.id,
            enqueuing: Dictionary(uniqueKeysWithValues: removals))
        context.log.info("picture ready", ["media": .text(job.media.description), "first": tookEffect ? "yes" : "no"])
        MediaFinished(media: job.media).publish(over: redis)
        if !tookEffect { try await removeOrphan(job, keys) }
        return .recorded
    }

    /// Marks the upload as failed when the job is dead, so that its owner does not wait forever.
    @Sendable func giveUp(_ job: MakeAvatar) async throws {
        try await media.giveUp(job.media, reason: "The picture cannot be read.")
        MediaFinished(media: job.media).publish(over: redis)
        if let keys = PictureBlobs(of: job.media) { try await removeOrphan(job, keys) }
    }

    /// Deletes the files of a picture whose row was deleted meanwhile, with its account or by a newer picture: they
    /// were deleted with the row, but maybe before this run or an earlier one wrote its variants.
    private func removeOrphan(_ job: MakeAvatar, _ keys: PictureBlobs) async throws {
        if try await media.existing(among: [job.media]).isEmpty {
            try await disk.run { [blobs] in try blobs.delete(keys) }
        }
    }

    /// Blocks: reads, decodes, writes.
    private static func make(
        _ keys: PictureBlobs, _ blobs: any BlobStore, _ decoder: PictureDecoder
    ) throws -> PictureReport {
        let picture = try decoder.decode(try blobs.read(keys.original, limit: PictureLimits.byteCount))
        for variant in picture.variants {
            guard let key = keys.variant(variant.variant.name) else { continue }
            try blobs.write(variant.bytes, as: key)
        }
        return picture.report
    }

    private func fail(
        _ job: MakeAvatar, _ failure: MediaFailure, _ keys: PictureBlobs, _ context: JobContext
    ) async throws -> Completion {
        switch failure.remedy {
        case .retryLater: throw failure
        case .retryOnce where context.attempt == 0: throw failure
        default: break
        }
        context.log.warning("picture refused", ["media": .text(job.media.description), "cause": "\(failure)"])
        return try await fail(job, reason: failure.reason, keys, context)
    }

    private func fail(
        _ job: MakeAvatar, reason: String, _ keys: PictureBlobs, _ context: JobContext
    ) async throws -> Completion {
        _ = try await media.fail(job.media, reason: reason, job: context.id)
        MediaFinished(media: job.media).publish(over: redis)
        try await removeOrphan(job, keys)
        return .recorded
    }
}

/// One sandboxed decoder for each job that runs at the same time, each with a thread that waits for it.
final class PictureDecoders: Sendable {
    private let pool: BlockingPool
    private let free: Mutex<[PictureDecoder]>

    init(count: Int) {
        pool = BlockingPool(name: "decode", threads: count, queueLimit: 1_024)
        free = Mutex((0..<count).map { _ in PictureDecoder() })
    }

    /// Runs work with a decoder of its own, on a thread that it may block.
    func run<Value: Sendable>(_ work: @escaping @Sendable (PictureDecoder) throws -> Value) async throws -> Value {
        try await pool.run { [self] in
            // There are as many decoders as threads.
            let decoder = free.withLock { $0.popLast() } ?? PictureDecoder()
            defer { free.withLock { $0.append(decoder) } }
            return try work(decoder)
        }
    }
}
