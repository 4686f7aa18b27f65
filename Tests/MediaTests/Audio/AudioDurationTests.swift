import MediaDecoding
import MediaStoring
import TestSupport
import Testing

@Suite("Durations of tracks") struct AudioDurationTests {
    let decoder = AudioDecoder.ofTests()

    /// The bytes of an MP3 without its first frame, which has the Xing header and no audio.
    private func withoutHeader(_ bytes: [UInt8]) throws -> [UInt8] {
        let second = try #require((4..<bytes.count).first { bytes[$0...].starts(with: bytes[..<2]) })
        return Array(bytes[second...])
    }

    @Test func `are exact for a variable bit rate without a Xing header`() throws {
        let bytes = try withoutHeader(AudioSamples.variableMP3)
        #expect(bytes.position(of: "Xing") == nil)
        // The header would say how much of the frames is silence.
        #expect(abs(try decoder.probe(bytes).duration - 4.049) < 0.001)
        #expect(abs(try decoder.probe(try withoutHeader(AudioSamples.constantMP3)).duration - 3.030) < 0.001)
    }

    @Test(arguments: [1, 3, 1_000_000, UInt32.max]) func `ignore a Xing header that lies`(frames: UInt32) throws {
        let header = try #require(AudioSamples.variableMP3.position(of: "Xing"))
        let bytes = AudioSamples.variableMP3.replacing(at: header + 8, with: frames.bigEndianBytes)
        #expect(abs(try decoder.probe(bytes).duration - 4) < 0.027)
    }

    @Test func `ignore a Xing header that claims more silence than audio`() throws {
        let header = try #require(AudioSamples.monoMP3.position(of: "Info"))
        let lame = try #require(AudioSamples.monoMP3.position(of: "Lavf") ?? AudioSamples.monoMP3.position(of: "LAME"))
        #expect(lame > header)
        let frames = Array(AudioSamples.monoMP3[..<600])
        let bytes = frames.replacing(at: lame + 21, with: [0xFF, 0xFF, 0xFF])
        #expect(try decoder.probe(bytes).duration > 0)
    }

    @Test func `count no tags and no rubbish between or after frames`() throws {
        let bytes = AudioSamples.constantMP3
        let middle = try #require((8_000..<bytes.count).first { bytes[$0...].starts(with: bytes[..<2]) })
        let rubbish = (0..<3_000).map { UInt8(truncatingIfNeeded: $0 &* 37) }
        let last = Array("TAG".utf8) + [UInt8](repeating: 0x20, count: 125)
        let mixed = Array(bytes[..<middle]) + rubbish + ID3File().bytes + Array(bytes[middle...]) + rubbish + last
        #expect(abs(try decoder.probe(mixed).duration - 3) < 0.027)
    }

    @Test(arguments: KnownTrack.all) func `of truncated files are those of what is left`(track: KnownTrack) throws {
        for percent in [2, 50, 90] {
            let bytes = Array(track.bytes.prefix(track.bytes.count * percent / 100))
            do {
                let report = try decoder.probe(bytes)
                let decoded = try decoder.analyse(bytes).duration
                #expect(
                    abs(report.duration - decoded) <= 2 * track.frame, "\(percent) %: \(report.duration), \(decoded)")
                #expect(report.duration < track.duration)
            } catch let failure as MediaFailure {
                #expect(failure.remedy == .none, "\(percent) %: \(failure)")
                // MP4 files of this muxer have their index at the end, and the Vorbis has one page of audio.
                #expect(percent == 2 || track.format == .m4a || track.format == .ogg, "\(percent) %: \(failure)")
            }
        }
    }

    @Test(arguments: [0, UInt32.max, 4_000_000_000, 0x8000_0000])
    func `of a WAV are those of its samples, whatever its header claims`(claimed: UInt32) throws {
        var file = WaveFile.tone(seconds: 1)
        file.claimed = claimed
        file.chunks = [("JUNK", [UInt8](repeating: 0, count: 28)), ("bext", [1, 2, 3])]
        #expect(try decoder.probe(file.bytes).duration == 1)
    }

    @Test func `of a WAV end with its samples`() throws {
        var file = WaveFile.tone(seconds: 1)
        file.claimed = 96_000
        #expect(try decoder.probe(file.bytes).duration == 0.5)
    }

    // STREAMINFO's number of samples: 36 bits, of which four are in the byte before.
    @Test(arguments: [(0xFF, UInt32.max), (0xF0, 0), (0xF0, 1), (0xF0, 22_050_000)] as [(UInt8, UInt32)])
    func `of a FLAC are those of its frames`(bits: UInt8, samples: UInt32) throws {
        let bytes = AudioSamples.flac.replacing(at: 21, with: [bits] + samples.bigEndianBytes)
        #expect(abs(try decoder.probe(bytes).duration - 2) < 0.001)
    }

    @Test(arguments: [44_100_000, 1, 1 << 40, 1 << 62] as [UInt64])
    func `of Ogg files are those of their packets`(granule: UInt64) throws {
        let vorbis = try decoder.probe(OggPage.file(AudioSamples.vorbis, endingAt: granule))
        #expect(abs(vorbis.duration - 3) < 0.05, "\(vorbis.duration)")
        let opus = try decoder.probe(OggPage.file(AudioSamples.opus, endingAt: granule))
        #expect(abs(opus.duration - 3) < 0.05, "\(opus.duration)")
    }

    @Test func `of an M4A are those of its samples`() throws {
        let table = try #require(AudioSamples.m4a.position(of: "stts"))
        // The duration of each sample of the first entry.
        let bytes = AudioSamples.m4a.replacing(at: table + 16, with: UInt32(10_240).bigEndianBytes)
        #expect(abs(try decoder.probe(bytes).duration - 3) < 0.1)
    }
}
