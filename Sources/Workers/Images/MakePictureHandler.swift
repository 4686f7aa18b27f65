import Chassis
import Domain
import Jobs
import MediaDecoding
import MediaStoring
import Redis
import Storage

/// Handles ``MakeAvatar`` and ``MakeCover``: reads the original, decodes it in the sandbox, stores the variants, then
/// publishes them and finishes the job in one statement. A second run writes the same files and has its effect once.
struct MakePictureHandler: Sendable {
    let media: MediaStore
    let redis: Redis
    let blobs: any BlobStore
    let producer: Producer
    let decoders: DecoderPool<PictureDecoder>
    let disk: BlockingPool

    @Sendable func makeAvatar(_ job: MakeAvatar, _ context: JobContext) async throws -> Completion {
        try await run(job.media, .avatar, context)
    }

    @Sendable func makeCover(_ job: MakeCover, _ context: JobContext) async throws -> Completion {
        try await run(job.media, .cover, context)
    }

    private func run(_ id: MediaID, _ purpose: MediaPurpose, _ context: JobContext) async throws -> Completion {
        let original = MediaBlobs.original(of: id, for: purpose)
        let report: PictureReport
        do {
            report = try await decoders.run { [blobs] decoder in try Self.make(id, original, blobs, decoder) }
        } catch let failure as MediaFailure {
            return try await fail(id, failure, context)
        } catch BlobError.notFound {
            return try await fail(id, reason: "The file is missing.", context)
        } catch BlobError.tooLarge(let count) {
            return try await fail(id, .tooLarge(.bytes(count)), context)
        }
        let removals = try await media.replaceablePictures(by: id).map { picture in
            (picture, try producer.outboxJob(RemoveMedia(media: [picture]), trace: context.trace))
        }
        let tookEffect = try await media.finishPicture(
            id, metadata: report.metadata, job: context.id, enqueuing: Dictionary(uniqueKeysWithValues: removals))
        context.log.info("picture ready", ["media": .text(id.description), "first": tookEffect ? "yes" : "no"])
        MediaFinished(media: id).publish(over: redis)
        if !tookEffect { try await removeOrphan(id) }
        return .recorded
    }

    @Sendable func giveUpAvatar(_ job: MakeAvatar) async throws { try await giveUp(job.media) }

    @Sendable func giveUpCover(_ job: MakeCover) async throws { try await giveUp(job.media) }

    /// Marks the upload as failed when the job is dead, so that its owner does not wait forever.
    private func giveUp(_ id: MediaID) async throws {
        _ = try await media.fail(
            id, reason: "The picture cannot be read.", job: nil, enqueuing: try removal(of: id, trace: nil),
            recording: nil)
        MediaFinished(media: id).publish(over: redis)
        try await removeOrphan(id)
    }

    /// Deletes the files of a picture whose row was deleted meanwhile, with its account or by a newer picture: they
    /// were deleted with the row, but maybe before this run or an earlier one wrote its variants.
    private func removeOrphan(_ id: MediaID) async throws {
        if try await media.existing(among: [id]).isEmpty {
            try await disk.run { [blobs] in try blobs.delete(id) }
        }
    }

    private func removal(of id: MediaID, trace: String?) throws -> OutboxJob {
        try producer.outboxJob(RemoveMedia(media: [id]), trace: trace)
    }

    /// Blocks: reads, decodes, writes.
    private static func make(
        _ id: MediaID, _ original: BlobKey, _ blobs: any BlobStore, _ decoder: PictureDecoder
    ) throws -> PictureReport {
        let picture = try decoder.decode(try blobs.read(original, limit: PictureLimits.byteCount))
        for variant in picture.variants {
            try blobs.write(variant.bytes, as: MediaBlobs.picture(variant.variant.fileName, of: id))
            try blobs.write(fallbackOf: variant, of: id)
        }
        return picture.report
    }

    private func fail(_ id: MediaID, _ failure: MediaFailure, _ context: JobContext) async throws -> Completion {
        switch failure.remedy {
        case .retryLater: throw failure
        case .retryOnce where context.attempt == 0: throw failure
        default: break
        }
        context.log.warning("picture refused", ["media": .text(id.description), "cause": "\(failure)"])
        return try await fail(id, reason: failure.reason, context)
    }

    private func fail(_ id: MediaID, reason: String, _ context: JobContext) async throws -> Completion {
        _ = try await media.fail(
            id, reason: reason, job: context.id, enqueuing: try removal(of: id, trace: context.trace), recording: nil)
        MediaFinished(media: id).publish(over: redis)
        try await removeOrphan(id)
        return .recorded
    }
}
