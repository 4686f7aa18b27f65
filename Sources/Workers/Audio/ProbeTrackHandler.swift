import Chassis
import Crypto
import Domain
import Jobs
import MediaDecoding
import MediaStoring
import Redis
import Storage

/// Handles ``ProbeTrack``: describes a track, or another recording, in the sandbox, stores the picture in it as the
/// cover of a track that has none, and finishes the job in one statement. A second run has its effect once.
struct ProbeTrackHandler: Sendable {
    let recordings: RecordingFiles
    let media: MediaStore
    let redis: Redis
    let producer: Producer
    let quota: MediaQuota

    @Sendable func run(_ job: ProbeTrack, _ context: JobContext) async throws -> Completion {
        guard let file = try await media.find(job.media) else {
            try await recordings.removeOrphan(job.media)
            return .finished
        }
        guard file.state == .pending else { return .finished }
        let report: AudioReport
        do {
            report = try await recordings.withDescriptor(of: file) { decoder, descriptor in
                try decoder.probe(descriptor: descriptor, byteCount: file.byteCount)
            }
        } catch let failure as MediaFailure {
            return try await fail(file, failure, context)
        } catch BlobError.notFound {
            return try await fail(file, reason: "The file is missing.", context)
        }
        return try await finish(file, report, context)
    }

    private func finish(_ file: MediaFile, _ report: AudioReport, _ context: JobContext) async throws -> Completion {
        let cover = file.purpose == .track ? try await store(report.cover, of: file, context) : nil
        let analysis = try producer.outboxJob(AnalyseTrack(media: file.id), trace: context.trace)
        let result = try await media.finishRecording(
            file.id, metadata: report.metadata, title: report.tags["title"], cover: cover, within: quota,
            job: context.id, enqueuing: [analysis])
        if result.hasEffect { producer.push(analysis) }
        if let cover {
            if result.isCoverAdded { producer.push(cover.job) } else { try await recordings.delete(cover.media.id) }
        }
        context.log.info(
            "recording ready",
            ["media": .text(file.id.description), "first": result.hasEffect ? "yes" : "no"])
        MediaFinished(media: file.id).publish(over: redis)
        if !result.hasEffect { try await recordings.removeOrphan(file.id) }
        return .recorded
    }

    /// Stores the picture in a track, in a format that covers may have.
    private func store(
        _ picture: [UInt8]?, of track: MediaFile, _ context: JobContext
    ) async throws -> (media: NewMedia, job: OutboxJob)? {
        guard let picture, track.cover == nil, let format = MediaKind(sniffing: picture).pictureFormat,
            [.jpeg, .png, .webp].contains(format)
        else { return nil }
        let id = MediaID(unixMilliseconds: Timestamp.now.unixMilliseconds)
        var digest = SHA256()
        digest.update(picture.span)
        let cover = NewMedia(
            id: id, owner: track.owner, purpose: .cover, originalName: "cover.\(format.fileExtension)",
            fileName: "\(id).\(format.fileExtension)", mimeType: format.mimeType, format: format.rawValue,
            byteCount: picture.count, sha256: digest.finish(), target: .track(track.id))
        try await recordings.write(picture, as: MediaBlobs.original(of: id, for: .cover))
        return (cover, try producer.outboxJob(MakeCover(media: id), trace: context.trace))
    }

    /// Marks the upload as failed when the job is dead, so that its owner does not wait forever.
    @Sendable func giveUp(_ job: ProbeTrack) async throws {
        guard let file = try await media.find(job.media) else { return }
        _ = try await fail(file, reason: "The track cannot be read.", job: nil, trace: nil)
    }

    private func fail(_ file: MediaFile, _ failure: MediaFailure, _ context: JobContext) async throws -> Completion {
        switch failure.remedy {
        case .retryLater: throw failure
        case .retryOnce where context.attempt == 0: throw failure
        default: break
        }
        context.log.warning("recording refused", ["media": .text(file.id.description), "cause": "\(failure)"])
        return try await fail(file, reason: failure.trackReason, context)
    }

    private func fail(_ file: MediaFile, reason: String, _ context: JobContext) async throws -> Completion {
        try await fail(file, reason: reason, job: context.id, trace: context.trace)
        return .recorded
    }

    private func fail(_ file: MediaFile, reason: String, job: JobID?, trace: String?) async throws {
        let removal = try producer.outboxJob(RemoveMedia(media: [file.id]), trace: trace)
        _ = try await media.fail(
            file.id, reason: reason, job: job, enqueuing: removal,
            recording: file.purpose == .track ? .trackDeleted(file) : nil)
        if file.purpose == .track { producer.wakePublishers() }
        MediaFinished(media: file.id).publish(over: redis)
        try await recordings.removeOrphan(file.id)
    }
}
