/// Where a WAV file has its samples: how many bytes of them are in the file, whatever the headers claim (Multimedia
/// Programming Interface and Data Specifications 1.0, section "Waveform Audio File Format").
struct WaveChunks {
    /// The bytes of samples that are in the file.
    let dataCount: Int

    init(_ source: AudioSource) throws(MediaFailure) {
        var offset = 12
        var found: Int?
        for _ in 0..<Self.chunks {
            let header = source.bytes(at: offset, 8)
            guard header.count == 8 else { break }
            let claimed = header[4..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
            let available = source.byteCount - offset - 8
            if header.starts(with: "data".utf8) {
                // Programs that write to a pipe leave 0 or the largest number.
                found = claimed == 0 ? available : min(claimed, available)
                break
            }
            offset += 8 + claimed + claimed % 2
        }
        try source.check()
        guard let found else { throw .corrupt(detail: "no samples") }
        dataCount = found
    }

    /// Chunks before the samples. Recorders write a handful.
    private static let chunks = 1_000
}
