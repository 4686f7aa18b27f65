import Jobs

/// Reads the metadata of uploaded tracks, and computes their waveforms and loudness.
enum AudioPool {
    static func handlers(_ context: WorkerContext, _ settings: WorkerSettings) throws -> [JobHandler] {
        []
    }
}
