import Foundation
import MediaDecoding
import TestSupport
import Testing

@testable import MediaDecoding

@Suite("Analysing tracks") struct AudioAnalysisTests {
    let decoder = AudioDecoder.ofTests()

    /// The peaks as the documentation of audiowaveform defines them, of samples of 16 bits.
    private func peaks(_ samples: [Int16], per pixel: Int) -> [Int8] {
        stride(from: 0, to: samples.count, by: pixel).flatMap { start in
            let part = samples[start..<min(samples.count, start + pixel)]
            return [Int8((part.min() ?? 0) / 256), Int8((part.max() ?? 0) / 256)]
        }
    }

    @Test(arguments: [1, 255, 256, 257, 1_048_575, 1_048_576, 1_048_577, 1_048_833, 2_500_000])
    func `a waveform has the peaks of each stretch`(count: Int) {
        var random = SeededRandom(UInt64(count))
        let samples = (0..<count).map { _ in Int16.random(in: .min ... .max, using: &random) }
        var builder = WaveformBuilder()
        var rest = samples.map { Float($0) / 32_768 }[...]
        while !rest.isEmpty {
            let part = Array(rest.prefix(1_152))
            part.withUnsafeBufferPointer { builder.add($0, channels: 1) }
            rest = rest.dropFirst(1_152)
        }
        let waveform = builder.finished(sampleRate: 44_100)
        #expect(waveform.peaks.count / 2 <= 4_096)
        #expect(count <= 256 * 4_096 ? waveform.samplesPerPixel == 256 : waveform.peaks.count / 2 >= 2_048)
        #expect(waveform.peaks == peaks(samples, per: waveform.samplesPerPixel))
    }

    @Test func `a waveform of several channels has their mean, and no impossible value`() {
        var builder = WaveformBuilder()
        [0.5, -0.25, 1, 1, .nan, 0, 9, 9, -9, -9].withUnsafeBufferPointer { builder.add($0, channels: 2) }
        #expect(builder.finished(sampleRate: 1_000).peaks == [-128, 127])
    }

    @Test func `the waveform of a file is that of its samples`() throws {
        var file = WaveFile.tone(seconds: 2, level: -3, frequency: 3)
        file.append(seconds: 1, level: -40)
        let samples = stride(from: 0, to: file.data.count, by: 4).map { offset in
            Int16(bitPattern: UInt16(file.data[offset]) | UInt16(file.data[offset + 1]) << 8)
        }
        let analysis = try decoder.analyse(file.bytes)
        #expect(analysis.waveform.peaks == peaks(samples, per: 256))
        #expect(analysis.duration == 3)
    }

    @Test func `the waveform is the JSON of audiowaveform`() throws {
        let waveform = Waveform(sampleRate: 48_000, samplesPerPixel: 512, peaks: [-128, 127, 0, 5])
        let json = try #require(try JSONSerialization.jsonObject(with: Data(waveform.json)) as? [String: Any])
        #expect(json["data"] as? [Int] == [-128, 127, 0, 5])
        let numbers = ["version", "channels", "sample_rate", "samples_per_pixel", "bits", "length"]
        #expect(numbers.map { json[$0] as? Int } == [2, 1, 48_000, 512, 8, 2])
        #expect(json.count == 7)
    }

    // EBU Tech 3341, cases 1 and 2: a stereo sine of 1 kHz.
    @Test(arguments: [-23.0, -33.0]) func `a tone has its level as its loudness`(level: Double) throws {
        let loudness = try decoder.analyse(WaveFile.tone(seconds: 20, level: level, frequency: 1_000).bytes).loudness
        #expect(abs(try #require(loudness.integrated) - level) <= 0.1, "\(loudness)")
        #expect(abs(try #require(loudness.truePeak) - level) <= 0.3, "\(loudness)")
        #expect(try #require(loudness.range) < 0.5)
    }

    // EBU Tech 3341, case 3: the gate leaves out what is quiet.
    @Test func `quiet passages do not count`() throws {
        var file = WaveFile.tone(seconds: 10, level: -36, frequency: 1_000)
        file.append(seconds: 60, level: -23, frequency: 1_000)
        file.append(seconds: 10, level: -36, frequency: 1_000)
        #expect(abs(try #require(try decoder.analyse(file.bytes).loudness.integrated) + 23) <= 0.1)
    }

    // EBU Tech 3342, case 1.
    @Test func `two levels have their distance as the loudness range`() throws {
        var file = WaveFile.tone(seconds: 20, level: -20, frequency: 1_000)
        file.append(seconds: 20, level: -30, frequency: 1_000)
        #expect(abs(try #require(try decoder.analyse(file.bytes).loudness.range) - 10) <= 1)
    }

    // EBU Tech 3341, case 16: the samples miss the peaks by 45 degrees.
    @Test func `a true peak lies between samples`() throws {
        let file = WaveFile.tone(seconds: 2, level: -6, frequency: 12_000, phase: .pi / 4)
        let peak = try #require(try decoder.analyse(file.bytes).loudness.truePeak)
        #expect(peak > -6.4 && peak < -5.8, "\(peak)")
    }

    @Test func `silence has no loudness`() throws {
        var file = WaveFile()
        file.data = [UInt8](repeating: 0, count: 192_000)
        let analysis = try decoder.analyse(file.bytes)
        #expect(analysis.loudness == Loudness(integrated: nil, range: nil, truePeak: nil))
        #expect(Set(analysis.waveform.peaks) == [0])
    }

    @Test func `samples of every size are read alike`() throws {
        let expected = try decoder.analyse(WaveFile.tone(seconds: 1, level: -6).bytes)
        for (format, bits, encode) in [
            (1, 8, { [UInt8(clamping: Int(($0 * 128).rounded()) + 128)] }),
            (1, 24, { Array(Int32(($0 * 8_388_607).rounded()).littleEndianBytes.prefix(3)) }),
            (1, 32, { Int32(($0 * 2_147_483_647).rounded()).littleEndianBytes }),
            (3, 32, { Float($0).bitPattern.littleEndianBytes }), (3, 64, { $0.bitPattern.littleEndianBytes }),
        ] as [(UInt16, UInt16, (Double) -> [UInt8])] {
            var file = WaveFile()
            (file.format, file.bits) = (format, bits)
            for index in 0..<48_000 {
                let sample = encode(0.5012 * sin(2 * .pi * 997 * Double(index) / 48_000))
                file.data += sample + sample
            }
            let analysis = try decoder.analyse(file.bytes)
            let loudness = try #require(analysis.loudness.integrated)
            #expect(abs(loudness - (expected.loudness.integrated ?? 0)) < 0.1, "\(bits) bits")
            let differences = zip(analysis.waveform.peaks, expected.waveform.peaks).map { abs(Int($0) - Int($1)) }
            #expect((differences.max() ?? 99) <= 1, "\(bits) bits")
        }
    }
}
