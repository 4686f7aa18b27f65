import Chassis
import Glibc
import MediaDecoding
import MediaStoring
import TestSupport
import Testing

@Suite("Describing tracks") struct AudioProbeTests {
    let decoder = AudioDecoder.ofTests()

    @Test(arguments: KnownTrack.all) func `gives format, codec, length and shape`(track: KnownTrack) throws {
        let report = try decoder.probe(track.bytes)
        #expect(report.format == track.format && report.codec == track.codec)
        #expect(abs(report.duration - track.duration) <= track.frame, "\(report.duration)")
        #expect(report.sampleRate == track.sampleRate && report.channels == track.channels)
        let average = Double(track.bytes.count) * 8 / track.duration
        #expect(Double(report.bitrate) <= average * 1.01 && Double(report.bitrate) > average * 0.6, "\(report.bitrate)")
    }

    @Test(arguments: KnownTrack.all) func `gives the length that decoding gives`(track: KnownTrack) throws {
        let decoded = try decoder.analyse(track.bytes).duration
        #expect(abs(try decoder.probe(track.bytes).duration - decoded) <= track.frame, "\(decoded)")
    }

    @Test func `gives the exact bit rate of a constant MP3`() throws {
        #expect(abs(try decoder.probe(AudioSamples.constantMP3).bitrate - 40_000) < 500)
    }

    @Test(arguments: [AudioSamples.vorbis, AudioSamples.opus, AudioSamples.flac, AudioSamples.m4a])
    func `reads the tags of every container`(bytes: [UInt8]) throws {
        let tags = try decoder.probe(bytes).tags
        #expect(tags["title"] == "Ночь")
        if bytes == AudioSamples.m4a { #expect(tags["artist"] == "Ava" && tags["date"] == "2019-05-01") }
        #expect(tags["major_brand"] == nil)
    }

    @Test func `decides by what follows an ID3 tag`() throws {
        var tag = ID3File()
        tag.add("TIT2", [0] + Array("Night".utf8))
        for (bytes, format) in [
            (AudioSamples.constantMP3, AudioFormat.mp3), (AudioSamples.flac, .flac), (AudioSamples.aac, .aac),
        ] {
            let report = try decoder.probe(tag.bytes + bytes)
            #expect(report.format == format)
            #expect(abs(report.duration - (try decoder.probe(bytes).duration)) < 0.001)
        }
        for bytes in [AudioSamples.vorbis, AudioSamples.m4a, Samples.jpeg, Array("%PDF-1.7".utf8)] {
            let failure = try #require(throws: MediaFailure.self) { try decoder.probe(tag.bytes + bytes) }
            #expect(failure.code == "unsupportedType")
        }
    }

    @Test func `finds the first frame behind padding that a tag does not count`() throws {
        let bytes = ID3File().bytes + [UInt8](repeating: 0, count: 5_000) + AudioSamples.variableMP3
        #expect(abs(try decoder.probe(bytes).duration - 4) < 0.03)
    }

    @Test func `refuses a film`() throws {
        let failure = try #require(throws: MediaFailure.self) { try decoder.probe(AudioSamples.film) }
        #expect(failure == .unsupportedType(.unsupported(.mp4)))
        #expect(failure.trackReason.contains("film"))
    }

    @Test func `refuses a codec that the format should not have`() throws {
        // MP3 and ADPCM in WAV.
        for format in [0x55, 0x02] as [UInt16] {
            var file = WaveFile.tone(seconds: 0.1)
            file.format = format
            let failure = try #require(throws: MediaFailure.self) { try decoder.probe(file.bytes) }
            #expect(failure.remedy == .none, "\(failure)")
        }
    }

    @Test func `leaves the descriptor of the caller as it is`() throws {
        let file = AnonymousFile(AudioSamples.vorbis)
        lseek(file.descriptor, 77, SEEK_SET)
        _ = try decoder.probe(descriptor: file.descriptor, byteCount: AudioSamples.vorbis.count)
        #expect(lseek(file.descriptor, 0, SEEK_CUR) == 77)
        #expect(fcntl(file.descriptor, F_GETFD) >= 0)
    }

    @Test func `keeps no descriptor of a track`() throws {
        for _ in 0..<100 { _ = try decoder.probe(AudioSamples.monoMP3) }
        #expect(try decoder.probe(AudioSamples.monoMP3).channels == 1)
        #expect(decoder.helperIdentifier != nil)
    }

    @Test func `reports a store that cannot be read as a condition of the machine`() throws {
        let folder = open("/tmp", O_RDONLY)
        defer { close(folder) }
        let failure = try #require(throws: MediaFailure.self) { try decoder.probe(descriptor: folder, byteCount: 99) }
        #expect(failure == .unreadable(code: EISDIR))
        #expect(failure.remedy == .retryLater && failure.machineCondition == .storeUnavailable)
    }
}
