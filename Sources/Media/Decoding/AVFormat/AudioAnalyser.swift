internal import CAVFormat
internal import CEBUR128
import Glibc

/// Decodes a whole track: its waveform and its loudness. Runs only in the helper process.
enum AudioAnalyser {
    static func analyse(_ source: AudioSource) throws(MediaFailure) -> AudioAnalysis {
        let layout = try AudioLayout(of: source)
        let demuxer = try Demuxer(source, layout.format)
        source.extendBudget(by: source.byteCount + AudioLimits.openingBytes)
        var decoder = try SampleDecoder(demuxer)
        var waveform = WaveformBuilder()
        var meter: LoudnessMeter?
        var shape: SampleDecoder.Shape?
        var count = 0
        // The first frame decides: frames of another shape are errors in the file, or other audio behind it.
        func add(_ samples: UnsafeBufferPointer<Float>, _ decoded: SampleDecoder.Shape) {
            if shape == nil {
                shape = decoded
                meter = LoudnessMeter(decoded)
            }
            guard decoded == shape else { return }
            waveform.add(samples, channels: decoded.channels)
            meter?.add(samples, channels: decoded.channels)
            count += samples.count / decoded.channels
        }
        try demuxer.forEachPacket { packet throws(MediaFailure) in
            decoder.decode(packet, add)
            try source.check()
            return true
        }
        decoder.decode(nil, add)
        guard let shape, count > 0 else { throw .corrupt(detail: "no frame can be decoded") }
        return AudioAnalysis(
            waveform: waveform.finished(sampleRate: shape.sampleRate),
            loudness: meter?.loudness ?? Loudness(integrated: nil, range: nil, truePeak: nil),
            duration: Double(count) / Double(shape.sampleRate))
    }
}

/// The state of libebur128 for one track.
private final class LoudnessMeter {
    private var state: UnsafeMutablePointer<ebur128_state>?

    /// Nil for a shape that it does not measure.
    init?(_ shape: SampleDecoder.Shape) {
        let modes =
            EBUR128_MODE_I.rawValue | EBUR128_MODE_LRA.rawValue | EBUR128_MODE_TRUE_PEAK.rawValue
        state = ebur128_init(UInt32(shape.channels), UInt(shape.sampleRate), Int32(modes))
        guard state != nil else { return nil }
    }

    deinit { ebur128_destroy(&state) }

    func add(_ samples: UnsafeBufferPointer<Float>, channels: Int) {
        _ = ebur128_add_frames_float(state, samples.baseAddress, samples.count / channels)
    }

    var loudness: Loudness {
        guard let state else { return Loudness(integrated: nil, range: nil, truePeak: nil) }
        var integrated = 0.0
        var range = 0.0
        let isMeasured = ebur128_loudness_global(state, &integrated) == 0 && integrated.isFinite
        let hasRange = isMeasured && ebur128_loudness_range(state, &range) == 0 && range.isFinite
        var peak = 0.0
        for channel in 0..<state.pointee.channels {
            var value = 0.0
            if ebur128_true_peak(state, channel, &value) == 0, value.isFinite { peak = max(peak, value) }
        }
        return Loudness(
            integrated: isMeasured ? integrated : nil, range: hasRange ? range : nil,
            truePeak: peak > 0 ? 20 * log10(peak) : nil)
    }
}
