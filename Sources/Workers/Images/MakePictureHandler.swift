import Chassis
import Domain
import Jobs
import MediaDecoding
import MediaStoring
import Redis
import Storage

/// Handles ``MakeAvatar``, ``MakeCover`` and ``MakePicture``: reads the original, decodes it in the sandbox, stores the
/// variants, then publishes them and finishes the job in one statement. A second run writes the same files and has its
/// effect once.
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

    @Sendable func makePicture(_ job: MakePicture, _ context: JobContext) async throws -> Completion {
        // Without a row the file was deleted, and its bytes with it.
        guard let file = try await media.find(job.media) else { return .finished }
        return try await run(job.media, .picture, of: file.owner, context)
    }

    /// - Parameter owner: Of a picture for posts and messages, whose key names the owner.
    private func run(
        _ id: MediaID, _ purpose: MediaPurpose, of owner: UserID? = nil, _ context: JobContext
    ) async throws -> Completion {
        let original = MediaBlobs.original(of: id, for: purpose)
        let report: PictureReport
        do {
            report = try await decoders.run { [blobs] decoder in
                try Self.make(id, original, of: owner, blobs, decoder)
            }
        } catch let failure as MediaFailure {
            return try await fail(id, of: owner, failure, context)
        } catch BlobError.notFound {
            return try await fail(id, of: owner, reason: "The file is missing.", context)
        } catch BlobError.tooLarge(let count) {
            return try await fail(id, of: owner, .tooLarge(.bytes(count)), context)
        }
        // A picture for posts and messages replaces none.
        let replaceable = try await owner == nil ? media.replaceablePictures(by: id) : []
        let removals = try replaceable.map { picture in
            (picture, try producer.outboxJob(RemoveMedia(media: [picture]), trace: context.trace))
        }
        let tookEffect = try await media.finishPicture(
            id, metadata: report.metadata, job: context.id, enqueuing: Dictionary(uniqueKeysWithValues: removals))
        context.log.info("picture ready", ["media": .text(id.description), "first": tookEffect ? "yes" : "no"])
        MediaFinished(media: id).publish(over: redis)
        if !tookEffect { try await removeOrphan(id, of: owner) }
        return .recorded
    }

    @Sendable func giveUpAvatar(_ job: MakeAvatar) async throws { try await giveUp(job.media) }

    @Sendable func giveUpCover(_ job: MakeCover) async throws { try await giveUp(job.media) }

    @Sendable func giveUpPicture(_ job: MakePicture) async throws {
        try await giveUp(job.media, of: try await media.find(job.media)?.owner)
    }

    /// Marks the upload as failed when the job is dead, so that its owner does not wait forever.
    private func giveUp(_ id: MediaID, of owner: UserID? = nil) async throws {
        _ = try await media.fail(
            id, reason: "The picture cannot be read.", job: nil, enqueuing: try removal(of: id, owner, trace: nil),
            recording: nil)
        MediaFinished(media: id).publish(over: redis)
        try await removeOrphan(id, of: owner)
    }

    /// Deletes the files of a picture whose row was deleted meanwhile, with its account or by a newer picture: they
    /// were deleted with the row, but maybe before this run or an earlier one wrote its variants.
    private func removeOrphan(_ id: MediaID, of owner: UserID?) async throws {
        if try await media.existing(among: [id]).isEmpty {
            try await disk.run { [blobs] in try blobs.delete(id, of: owner) }
        }
    }

    private func removal(of id: MediaID, _ owner: UserID?, trace: String?) throws -> OutboxJob {
        try producer.outboxJob(RemoveMedia(media: [id], of: owner), trace: trace)
    }

    /// Blocks: reads, decodes, writes.
    private static func make(
        _ id: MediaID, _ original: BlobKey, of owner: UserID?, _ blobs: any BlobStore, _ decoder: PictureDecoder
    ) throws -> PictureReport {
        let picture = try decoder.decode(try blobs.read(original, limit: PictureLimits.byteCount))
        if let owner {
            guard let whole = picture.variants.first(where: { $0.variant == .large1200 }) else { return picture.report }
            try blobs.write(
                whole.bytes, as: MediaBlobs.publicPicture(id, of: owner), type: PictureFormat.webp.mimeType)
            return picture.report
        }
        for variant in picture.variants {
            try blobs.write(variant.bytes, as: MediaBlobs.picture(variant.variant.fileName, of: id))
            try blobs.write(fallbackOf: variant, of: id)
        }
        return picture.report
    }

    private func fail(
        _ id: MediaID, of owner: UserID?, _ failure: MediaFailure, _ context: JobContext
    ) async throws -> Completion {
        switch failure.remedy {
        case .retryLater: throw failure
        case .retryOnce where context.attempt == 0: throw failure
        default: break
        }
        context.log.warning("picture refused", ["media": .text(id.description), "cause": "\(failure)"])
        return try await fail(id, of: owner, reason: failure.reason, context)
    }

    private func fail(
        _ id: MediaID, of owner: UserID?, reason: String, _ context: JobContext
    ) async throws -> Completion {
        _ = try await media.fail(
            id, reason: reason, job: context.id, enqueuing: try removal(of: id, owner, trace: context.trace),
            recording: nil)
        MediaFinished(media: id).publish(over: redis)
        try await removeOrphan(id, of: owner)
        return .recorded
    }
}
