internal import CAVFormat
import MediaStoring

/// Describes a track by its container and its packets, without decoding it. Runs only in the helper process.
enum AudioProber {
    static func probe(_ source: AudioSource) throws(MediaFailure) -> AudioReport {
        let layout = try AudioLayout(of: source)
        let demuxer = try Demuxer(source, layout.format)
        try source.check()
        source.extendBudget(by: source.byteCount + AudioLimits.openingBytes)
        let codec = demuxer.parameters.pointee.codec_id
        guard AudioCodec.decoder(of: codec, in: layout.format) != nil else {
            throw .unsupportedType(.audio(layout.format))
        }
        let measure = try AudioMeasure(of: demuxer, from: layout.start)
        guard measure.duration > 0, measure.duration <= AudioLimits.longestDuration else {
            throw .corrupt(detail: "a duration of \(measure.duration) s")
        }
        guard AudioLimits.sampleRates.contains(measure.sampleRate), AudioLimits.channels.contains(measure.channels)
        else { throw .corrupt(detail: "\(measure.channels) channels at \(measure.sampleRate) Hz") }
        return AudioReport(
            format: layout.format, codec: AudioCodec.name(of: codec), duration: measure.duration,
            bitrate: Int((Double(measure.byteCount) * 8 / measure.duration).rounded()),
            sampleRate: measure.sampleRate, channels: measure.channels, tags: demuxer.tags(), cover: demuxer.cover())
    }
}

/// The length of a track by what is in the file. A header's claim counts only if the packets agree, because it is the
/// more precise of the two: it knows the samples that the encoder added.
struct AudioMeasure {
    /// In seconds.
    var duration = 0.0
    /// Of the audio alone.
    var byteCount = 0
    /// In Hz.
    var sampleRate: Int
    var channels: Int

    /// - Parameter start: The first byte after the ID3 tags.
    init(of demuxer: borrowing Demuxer, from start: Int) throws(MediaFailure) {
        let parameters = demuxer.parameters.pointee
        sampleRate = Int(parameters.sample_rate)
        channels = Int(parameters.ch_layout.nb_channels)
        switch demuxer.format {
        case .mp3:
            let scan = try MPEGScan(demuxer.source, from: start)
            (duration, byteCount) = (scan.duration, scan.byteCount)
            (sampleRate, channels) = (scan.first.sampleRate, scan.first.channels)
        case .aac:
            let scan = try ADTSScan(demuxer.source, from: start)
            (duration, byteCount) = (scan.duration, scan.byteCount)
            // The header knows neither spectral band replication nor parametric stereo.
            let shape = try Self.decodedShape(demuxer)
            (sampleRate, channels) = (shape.sampleRate, shape.channels)
        case .wav:
            byteCount = try WaveChunks(demuxer.source).dataCount
            let frame = channels * Int(av_get_bits_per_sample(parameters.codec_id)) / 8
            guard frame > 0, sampleRate > 0 else { throw .corrupt(detail: "\(channels) channels at \(sampleRate) Hz") }
            duration = Double(byteCount / frame) / Double(sampleRate)
        case .m4a: try measureSamples(demuxer)
        case .flac:
            let header = CodecHeader(parameters)
            (sampleRate, channels) = (header.flacSampleRate ?? sampleRate, header.flacChannels ?? channels)
            try measurePackets(demuxer)
        case .ogg, .opus: try measurePackets(demuxer)
        }
    }

    /// Ogg and FLAC: adds the durations of all packets. libavformat computes the last one of an Ogg file from what the
    /// page claims; one that no packet can have counts as the one before.
    private mutating func measurePackets(_ demuxer: borrowing Demuxer) throws(MediaFailure) {
        let possible = 1...demuxer.format.longestPacket
        var ticks = 0
        var last = 0
        var longest = 0
        try demuxer.forEachPacket { packet in
            let duration = Int(packet.pointee.duration)
            if possible.contains(duration) { last = duration }
            ticks += last
            longest = max(longest, last)
            byteCount += Int(packet.pointee.size)
            return true
        }
        guard byteCount > 0 else { throw .corrupt(detail: "no packets") }
        let counted = Double(ticks) * demuxer.unit
        duration = claim(of: demuxer, near: [counted], within: 2 * Double(longest) * demuxer.unit) ?? counted
        // Samples before the audio, which no player plays (RFC 7845, section 4.2).
        let skipped = Double(demuxer.parameters.pointee.initial_padding) * demuxer.unit
        if demuxer.format == .opus, skipped < duration { duration -= skipped }
    }

    /// MP4: the index has the place of each sample; one that is not wholly in the file does not count. An edit list may
    /// leave samples out, and a table of durations that lies makes it leave out too many: the header's claim counts if
    /// it agrees with the samples of the index, or with all. Fragments have their samples elsewhere, and are read.
    private mutating func measureSamples(_ demuxer: borrowing Demuxer) throws(MediaFailure) {
        let header = CodecHeader(demuxer.parameters.pointee)
        if let rate = header.alacSampleRate { sampleRate = rate }
        if let count = header.alacChannels { channels = count }
        guard sampleRate > 0 else { throw .corrupt(detail: "no sample rate") }
        let length = Double(header.samplesPerPacket) / Double(sampleRate)
        let stream = demuxer.stream
        let samples = Int(stream.pointee.nb_frames)
        let indexed = Int(avformat_index_get_entries_count(stream))
        var present = 0
        for index in 0..<indexed {
            guard let entry = avformat_index_get_entry(stream, Int32(index))?.pointee, entry.size > 0, entry.pos >= 0,
                entry.pos <= Int64(demuxer.source.byteCount) - Int64(entry.size)
            else { continue }
            present += 1
            byteCount += Int(entry.size)
        }
        if samples > 0, present == indexed, present > 0 {
            let counted = Double(indexed) * length
            let all = Double(samples) * length
            duration = claim(of: demuxer, near: [counted, all], within: 4 * length) ?? counted
        } else if samples > 0, present > 0 {
            duration = Double(present) * length
        } else {
            var packets = 0
            byteCount = 0
            try demuxer.forEachPacket { packet in
                packets += 1
                byteCount += Int(packet.pointee.size)
                return true
            }
            guard packets > 0 else { throw .corrupt(detail: "no packets") }
            duration = Double(packets) * length
        }
    }

    /// The duration that the header claims, if it differs from a counted one by no more than a tolerance.
    private func claim(of demuxer: borrowing Demuxer, near counted: [Double], within tolerance: Double) -> Double? {
        let claimed = demuxer.stream.pointee.duration
        guard claimed > 0 else { return nil }
        let duration = Double(claimed) * demuxer.unit
        return counted.contains { abs(duration - $0) <= tolerance } ? duration : nil
    }

    private static func decodedShape(_ demuxer: borrowing Demuxer) throws(MediaFailure) -> SampleDecoder.Shape {
        var decoder = try SampleDecoder(demuxer)
        var shape: SampleDecoder.Shape?
        var packets = 0
        try demuxer.forEachPacket { packet in
            decoder.decode(packet) { _, decoded in shape = decoded }
            packets += 1
            // The first frame of some encoders has no replicated band.
            return packets < 3
        }
        guard let shape else { throw .corrupt(detail: "no frame can be decoded") }
        return shape
    }
}

extension AudioFormat {
    /// The most samples of a packet: two halves of the longest blocks of Vorbis (Vorbis I, section 4.2.2), 120 ms of
    /// Opus (RFC 6716, section 3.2), a block of FLAC (RFC 9639, section 9.1).
    fileprivate var longestPacket: Int { self == .ogg ? 8_192 : self == .opus ? 5_760 : 65_535 }
}

/// What libavformat leaves in the header of a codec, because its decoders read it.
private struct CodecHeader {
    private let bytes: [UInt8]
    private let codec: AVCodecID

    init(_ parameters: AVCodecParameters) {
        codec = parameters.codec_id
        let count = Int(parameters.extradata_size)
        bytes = parameters.extradata.map { Array(UnsafeBufferPointer(start: $0, count: min(count, 64))) } ?? []
    }

    /// STREAMINFO (RFC 9639, section 8.2).
    var flacSampleRate: Int? { isFLAC ? Int(bytes[10]) << 12 | Int(bytes[11]) << 4 | Int(bytes[12] >> 4) : nil }
    var flacChannels: Int? { isFLAC ? Int(bytes[12] >> 1 & 7) + 1 : nil }

    private var isFLAC: Bool { codec == AV_CODEC_ID_FLAC && bytes.count > 12 }

    /// The `ALACSpecificConfig` after twelve bytes of an atom (Apple Lossless Format, "Magic Cookie").
    var alacChannels: Int? { isALAC ? Int(bytes[21]) : nil }
    var alacSampleRate: Int? { isALAC ? number(at: 32) : nil }

    private var isALAC: Bool { codec == AV_CODEC_ID_ALAC && bytes.count >= 36 }

    /// Samples of a packet at the sample rate of the output. AAC has 1,024 at that of the core, which explicit spectral
    /// band replication doubles (ISO/IEC 14496-3, audio object types 5 and 29).
    var samplesPerPacket: Int {
        if isALAC { return max(1, number(at: 12)) }
        let type = bytes.first.map { $0 >> 3 }
        return type == 5 || type == 29 ? 2_048 : 1_024
    }

    private func number(at offset: Int) -> Int { bytes[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) } }
}
