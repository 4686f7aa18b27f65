import Chassis

/// The peaks of a track: for each stretch of samples the smallest and the largest value of the mean of all channels,
/// as audiowaveform computes them with 8 bits.
package struct Waveform: Hashable, Sendable {
    /// In Hz.
    package let sampleRate: Int
    /// A power of two times ``AudioLimits/waveformSamples``.
    package let samplesPerPixel: Int
    /// A minimum and a maximum for each stretch; at most twice ``AudioLimits/waveformPoints``.
    package let peaks: [Int8]

    package init(sampleRate: Int, samplesPerPixel: Int, peaks: [Int8]) {
        self.sampleRate = sampleRate
        self.samplesPerPixel = samplesPerPixel
        self.peaks = peaks
    }

    /// The JSON of audiowaveform, version 2 (https://github.com/bbc/audiowaveform, doc/DataFormat.md).
    package var json: [UInt8] {
        var writer = JSONWriter(reserving: 128 + 5 * peaks.count)
        writer.object { writer in
            writer.member("version", 2)
            writer.member("channels", 1)
            writer.member("sample_rate", sampleRate)
            writer.member("samples_per_pixel", samplesPerPixel)
            writer.member("bits", 8)
            writer.member("length", peaks.count / 2)
            writer.member("data", array: peaks) { writer, peak in writer.value(Int(peak)) }
        }
        return writer.bytes
    }
}

/// Computes a waveform of samples whose number is not known before. When the points are more than allowed, each two
/// become one that stands for twice the samples.
struct WaveformBuilder {
    private var samplesPerPixel = AudioLimits.waveformSamples
    private var minima: [Int16] = []
    private var maxima: [Int16] = []
    private var minimum = Int16.max
    private var maximum = Int16.min
    /// Samples of the point that is not complete.
    private var count = 0

    /// - Parameters:
    ///   - samples: Interleaved, from -1 to 1.
    ///   - channels: At least 1.
    mutating func add(_ samples: UnsafeBufferPointer<Float>, channels: Int) {
        let scale = 32_768 / Float(channels)
        var offset = 0
        while offset + channels <= samples.count {
            var sum: Float = 0
            for channel in 0..<channels { sum += samples[offset + channel] }
            offset += channels
            // A sample that is not a number is silent.
            let scaled = (sum * scale).rounded()
            let value = scaled >= 32_767 ? Int16.max : scaled > -32_768 ? Int16(scaled) : scaled.isNaN ? 0 : Int16.min
            minimum = min(minimum, value)
            maximum = max(maximum, value)
            count += 1
            if count == samplesPerPixel {
                // Then the point has half of its samples, and goes on.
                if minima.count == AudioLimits.waveformPoints { halve() } else { endPoint() }
            }
        }
    }

    consuming func finished(sampleRate: Int) -> Waveform {
        if count > 0 {
            if minima.count == AudioLimits.waveformPoints { halve() }
            endPoint()
        }
        var peaks: [Int8] = []
        peaks.reserveCapacity(2 * minima.count)
        // Divided towards zero, as audiowaveform does.
        for index in minima.indices { peaks += [Int8(minima[index] / 256), Int8(maxima[index] / 256)] }
        return Waveform(sampleRate: sampleRate, samplesPerPixel: samplesPerPixel, peaks: peaks)
    }

    private mutating func endPoint() {
        minima.append(minimum)
        maxima.append(maximum)
        (minimum, maximum, count) = (.max, .min, 0)
    }

    private mutating func halve() {
        let half = minima.count / 2
        for index in 0..<half {
            minima[index] = min(minima[2 * index], minima[2 * index + 1])
            maxima[index] = max(maxima[2 * index], maxima[2 * index + 1])
        }
        minima.removeLast(minima.count - half)
        maxima.removeLast(maxima.count - half)
        samplesPerPixel *= 2
    }
}
