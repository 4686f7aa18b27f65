import MediaStoring

/// A request to read a track, without the descriptor.
struct AudioRequest {
    enum Operation: UInt8 {
        case probe, analyse
    }

    let operation: Operation
    /// The limit of wall-clock and of CPU time.
    let seconds: Int
    let byteCount: Int

    init(operation: Operation, seconds: Int, byteCount: Int) {
        self.operation = operation
        self.seconds = seconds
        self.byteCount = byteCount
    }

    var encoded: [UInt8] {
        var bytes = [operation.rawValue]
        bytes.appendNumber(seconds)
        bytes.appendNumber(byteCount)
        return bytes
    }

    /// Decodes a request in the helper process.
    init?(decoding bytes: [UInt8]) {
        var reader = FrameReader(bytes)
        guard let operation = reader.byte().flatMap(Operation.init), let seconds = reader.number(),
            let byteCount = reader.number(), reader.isAtEnd, (1...3_600).contains(seconds)
        else { return nil }
        self.init(operation: operation, seconds: seconds, byteCount: byteCount)
    }
}

/// The helper process's response to a request about a track.
enum AudioResponse: Sendable {
    case probed(AudioReport)
    case analysed(AudioAnalysis)
    case failed(MediaFailure)

    /// The most bytes of a response: a cover, and all tags.
    static let limit = AudioLimits.coverBytes + (1 << 20)

    /// The first byte of a response.
    private enum Kind: UInt8 {
        case probed, analysed, failed
    }

    private static let formats = AudioFormat.allCases

    /// The frame's payload.
    var encoded: [UInt8] {
        switch self {
        case .probed(let report): Self.encoded(report)
        case .analysed(let analysis): Self.encoded(analysis)
        case .failed(let failure): [Kind.failed.rawValue] + AudioFailureCode.encoded(failure)
        }
    }

    private static func encoded(_ report: AudioReport) -> [UInt8] {
        var bytes = [Kind.probed.rawValue, UInt8(formats.firstIndex(of: report.format) ?? 0)]
        bytes.appendReal(report.duration)
        for number in [report.bitrate, report.sampleRate, report.channels] { bytes.appendNumber(number) }
        bytes.appendText(report.codec)
        bytes.appendNumber(report.tags.entries.count)
        for entry in report.tags.entries {
            bytes.appendText(entry.name)
            bytes.appendText(entry.value)
        }
        bytes.appendNumber(report.cover?.count ?? 0)
        return bytes + (report.cover ?? [])
    }

    private static func encoded(_ analysis: AudioAnalysis) -> [UInt8] {
        var bytes = [Kind.analysed.rawValue]
        bytes.appendNumber(analysis.waveform.sampleRate)
        bytes.appendNumber(analysis.waveform.samplesPerPixel)
        bytes.appendReal(analysis.duration)
        let loudness = analysis.loudness
        for value in [loudness.integrated, loudness.range, loudness.truePeak] { bytes.appendReal(value ?? .nan) }
        return bytes + analysis.waveform.peaks.map { UInt8(bitPattern: $0) }
    }
}

extension AudioResponse {
    /// Decodes and validates a response in the parent process.
    /// - Returns: nil if the response cannot belong to the request: the helper must then be replaced.
    init?(checking bytes: [UInt8], for request: AudioRequest) {
        var reader = FrameReader(bytes)
        switch (reader.byte().flatMap(Kind.init), request.operation) {
        case (.probed, .probe):
            guard let report = Self.report(&reader) else { return nil }
            self = .probed(report)
        case (.analysed, .analyse):
            guard let analysis = Self.analysis(&reader) else { return nil }
            self = .analysed(analysis)
        case (.failed, _):
            guard let failure = AudioFailureCode.failure(&reader) else { return nil }
            self = .failed(failure)
        default: return nil
        }
    }

    private static func report(_ reader: inout FrameReader) -> AudioReport? {
        guard let index = reader.byte().map(Int.init), formats.indices.contains(index),
            let duration = reader.real(), duration > 0, duration <= AudioLimits.longestDuration,
            let bitrate = reader.number(),
            let sampleRate = reader.number(), AudioLimits.sampleRates.contains(sampleRate),
            let channels = reader.number(), AudioLimits.channels.contains(channels),
            let codec = reader.text(), isName(codec),
            let count = reader.number(), count <= AudioLimits.tags
        else { return nil }
        var tags = AudioTags()
        for _ in 0..<count {
            guard let name = reader.text(), let value = reader.text() else { return nil }
            tags.add(repaired(name), repaired(value))
        }
        guard let length = reader.number(), length <= AudioLimits.coverBytes, let cover = reader.take(length),
            reader.isAtEnd
        else { return nil }
        let isPicture = MediaKind(sniffing: Array(cover.prefix(MediaKind.sniffedByteCount))).pictureFormat != nil
        guard cover.isEmpty || isPicture else { return nil }
        return AudioReport(
            format: formats[index], codec: codec, duration: duration, bitrate: bitrate, sampleRate: sampleRate,
            channels: channels, tags: tags, cover: cover.isEmpty ? nil : Array(cover))
    }

    private static func analysis(_ reader: inout FrameReader) -> AudioAnalysis? {
        guard let sampleRate = reader.number(), AudioLimits.sampleRates.contains(sampleRate),
            let samples = reader.number(), samples >= AudioLimits.waveformSamples,
            let duration = reader.real(), duration > 0, duration.isFinite,
            let integrated = reader.real(), let range = reader.real(), let truePeak = reader.real()
        else { return nil }
        let peaks = reader.rest()
        guard peaks.count % 2 == 0, (1...AudioLimits.waveformPoints).contains(peaks.count / 2) else { return nil }
        return AudioAnalysis(
            waveform: Waveform(
                sampleRate: sampleRate, samplesPerPixel: samples, peaks: peaks.map { Int8(bitPattern: $0) }),
            loudness: Loudness(integrated: finite(integrated), range: finite(range), truePeak: finite(truePeak)),
            duration: duration)
    }

    private static func finite(_ value: Double) -> Double? { value.isFinite ? value : nil }

    /// A name of libavcodec, which the product shows.
    private static func isName(_ text: String) -> Bool {
        (1...32).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }

    private static func repaired(_ text: String) -> String {
        var text = text
        return text.withUTF8 { TagText.repaired(UnsafeRawBufferPointer($0)) }
    }
}

/// The failures that a helper for audio reports.
private enum AudioFailureCode: UInt8 {
    case corrupt, timeout, unreadable, unavailable, unknownKind, audio, unsupported

    static func encoded(_ failure: MediaFailure) -> [UInt8] {
        let (code, number, text): (AudioFailureCode, Int, String) =
            switch failure {
            case .corrupt(let detail): (.corrupt, 0, detail)
            case .timeout: (.timeout, 0, "")
            case .unreadable(let code): (.unreadable, Int(code), "")
            case .unavailable(let detail): (.unavailable, 0, detail)
            case .unsupportedType(.audio(let format)):
                (.audio, AudioFormat.allCases.firstIndex(of: format) ?? 0, "")
            case .unsupportedType(.unsupported(let format)):
                (.unsupported, UnsupportedFormat.allCases.firstIndex(of: format) ?? 0, "")
            case .unsupportedType: (.unknownKind, 0, "")
            case .tooLarge, .crashed, .killed: (.corrupt, 0, "\(failure)")
            }
        var bytes = [code.rawValue]
        bytes.appendNumber(number)
        return bytes + text.utf8.prefix(DecoderProtocol.corruptTextLimit)
    }

    static func failure(_ reader: inout FrameReader) -> MediaFailure? {
        guard let code = reader.byte().flatMap(AudioFailureCode.init), let number = reader.number() else { return nil }
        let text = DecoderProtocol.printable(reader.rest())
        switch code {
        case .corrupt: return .corrupt(detail: text)
        case .timeout: return .timeout
        case .unreadable: return .unreadable(code: Int32(clamping: number))
        case .unavailable: return .unavailable(detail: text)
        case .unknownKind: return .unsupportedType(.unknown)
        case .audio:
            guard AudioFormat.allCases.indices.contains(number) else { return nil }
            return .unsupportedType(.audio(AudioFormat.allCases[number]))
        case .unsupported:
            guard UnsupportedFormat.allCases.indices.contains(number) else { return nil }
            return .unsupportedType(.unsupported(UnsupportedFormat.allCases[number]))
        }
    }
}
