import Chassis
import Domain
import Jobs
import MediaDecoding
import MediaStoring
import Storage

/// Handles ``AnalyseTrack``: decodes a whole recording in the sandbox, stores its waveform and adds its loudness to the
/// metadata. A recording that cannot be decoded stays as it is, without them.
struct AnalyseTrackHandler: Sendable {
    let recordings: RecordingFiles
    let media: MediaStore

    @Sendable func run(_ job: AnalyseTrack, _ context: JobContext) async throws -> Completion {
        guard let file = try await media.find(job.media), file.state == .ready else {
            try await recordings.removeOrphan(job.media)
            return .finished
        }
        let analysis: AudioAnalysis
        do {
            analysis = try await recordings.withDescriptor(of: file) { decoder, descriptor in
                try decoder.analyse(descriptor: descriptor, byteCount: file.byteCount)
            }
        } catch let failure as MediaFailure {
            switch failure.remedy {
            case .retryLater: throw failure
            case .retryOnce where context.attempt == 0: throw failure
            default: break
            }
            context.log.warning("recording not analysed", ["media": .text(file.id.description), "cause": "\(failure)"])
            return .finished
        } catch BlobError.notFound {
            return .finished
        }
        try await recordings.write(
            analysis.waveform.json, as: MediaBlobs.waveform(of: file.id, for: file.purpose))
        let hasEffect = try await media.addMetadata(analysis.loudness.metadata, to: file.id, job: context.id)
        // The recording may have been deleted while it was decoded.
        if !hasEffect { try await recordings.removeOrphan(file.id) }
        return .recorded
    }
}
