import Chassis
import Jobs
import MediaDecoding
import MediaStoring
import Storage

/// Reads the metadata of uploaded recordings, and computes their waveforms and loudness.
enum AudioPool {
    static func handlers(_ context: WorkerContext, _ settings: WorkerSettings) throws -> [JobHandler] {
        let media = MediaStore(context.database)
        let recordings = RecordingFiles(
            media: media, blobs: try settings.media.openStore(),
            decoders: DecoderPool(count: settings.concurrency) { AudioDecoder() },
            disk: BlockingPool(name: "disk", threads: settings.media.threads(local: 2), queueLimit: 1_024))
        let probe = ProbeTrackHandler(
            recordings: recordings, media: media, redis: context.redis, producer: context.producer,
            quota: MediaQuota(files: settings.media.maximumAccountFiles, bytes: settings.media.maximumAccountBytes))
        let analyse = AnalyseTrackHandler(recordings: recordings, media: media)
        return [
            JobHandler(ProbeTrack.self, probe.run, onDeadLetter: probe.giveUp),
            JobHandler(AnalyseTrack.self, analyse.run),
        ]
    }
}
