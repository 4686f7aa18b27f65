import Chassis
import Glibc
import MediaStoring
import TestSupport
import Testing

@testable import MediaDecoding

@Suite("Hostile tracks") struct HostileAudioTests {
    let decoder = AudioDecoder.ofTests()

    /// A track that must be refused for good, without the helper's end.
    private func expectRefused(_ bytes: [UInt8], _ comment: Comment? = nil) throws {
        let failure = try #require(throws: MediaFailure.self, comment) { try decoder.probe(bytes) }
        #expect(failure.remedy == .none, "\(comment?.rawValue ?? "") \(failure)")
        #expect(throws: MediaFailure.self) { try decoder.analyse(bytes) }
        _ = try decoder.probe(AudioSamples.monoMP3)
    }

    @Test func `the helper for audio is refused open, socket, fork and execute`() throws {
        let process = try DecoderProcess.spawn(Helper.executable, DecoderMain.audio)
        let ready = try process.channel.receive(limit: DecoderProtocol.readyByteCount, until: .max)
        #expect(Sandbox.Restrictions(decoding: ready)?.areEnforced == true)
    }

    @Test(arguments: [
        "", "text that is called song.mp3", "#EXTM3U\n#EXTINF:9,\nhttp://127.0.0.1/a.mp3\n",
        "ffconcat version 1.0\nfile '/etc/passwd'\n", "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\nm=audio 9 RTP/AVP 0\r\n",
        "<ASX version='3'><entry><ref href='http://127.0.0.1/'/></entry></ASX>",
        "<?xml version='1.0'?><MPD xmlns='urn:mpeg:dash:schema:mpd:2011'/>", "[playlist]\nFile1=http://127.0.0.1/\n",
        "<?xml version='1.0'?><playlist version='1'/>", "RIFF\u{24}\0\0\0AVI LIST", "FORM\0\0\0\0AIFF",
        "MThd\0\0\0\u{6}",
        "OggS\0\u{2}", "\u{7F}ELF", "%PDF-1.7",
    ])
    func `other files are refused before a helper sees them`(text: String) throws {
        let failure = try #require(throws: MediaFailure.self) { try decoder.probe(Array(text.utf8)) }
        #expect(failure.code == "unsupportedType" && failure.trackReason.contains("are accepted"))
        #expect(decoder.helperIdentifier == nil)
    }

    @Test func `a picture is no track, and a track no picture, whatever their names`() throws {
        #expect(throws: MediaFailure.unsupportedType(.picture(.jpeg))) { try decoder.probe(Samples.jpeg) }
        #expect(throws: MediaFailure.unsupportedType(.audio(.mp3))) {
            try Helper.decoder().decode(AudioSamples.constantMP3)
        }
    }

    @Test func `playlists behind an ID3 tag open no connection and no file`() throws {
        let listener = try SilentListener()
        let address = "http://127.0.0.1:\(listener.port)/a.mp3"
        for text in [
            "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n\(address)\n", "ffconcat version 1.0\nfile '\(address)'\n",
            "<MPD xmlns='urn:mpeg:dash:schema:mpd:2011'><BaseURL>\(address)</BaseURL></MPD>",
            "<ASX version='3'><entry><ref href='\(address)'/></entry></ASX>", "file:///etc/passwd",
        ] {
            try expectRefused(ID3File().bytes + Array(text.utf8), "\(text)")
        }
        #expect(!listener.hasConnection)
    }

    @Test func `references of an MP4 to other files are not followed`() throws {
        let listener = try SilentListener()
        let address = Array("http://127.0.0.1:\(listener.port)/\0".utf8)
        let reference = try #require(AudioSamples.alac.position(of: "dref"))
        // The entry without the flag that says that the samples are in this file, and with an address.
        var bytes = AudioSamples.alac.replacing(at: reference + 19, with: [0])
        bytes = bytes.replacing(at: reference + 16, with: Array("alis".utf8))
        _ = try? decoder.probe(bytes)
        _ = try? decoder.probe(bytes + Array("free".utf8) + address)
        _ = try? decoder.analyse(bytes)
        #expect(!listener.hasConnection)
        #expect(decoder.helperIdentifier != nil)
    }

    @Test func `an ID3 tag that claims 256 MB, and tags without end, are refused`() throws {
        var tag = ID3File()
        tag.claimed = (1 << 28) - 1
        try expectRefused(tag.bytes + AudioSamples.monoMP3)
        try expectRefused(Array(repeating: ID3File().bytes, count: 1_000).flatMap { $0 } + AudioSamples.monoMP3)
        tag.claimed = 1_000_000
        try expectRefused(tag.bytes)
    }

    @Test func `an unreadable ID3 frame does no harm`() throws {
        for size in [UInt32.max, 0x7FFF_FFFF, 100_000] {
            var tag = ID3File()
            tag.add("APIC", [1, 2, 3])
            var bytes = tag.bytes + AudioSamples.monoMP3
            bytes.replaceSubrange(14..<18, with: size.bigEndianBytes)
            #expect(abs(try decoder.probe(bytes).duration - 2) < 0.03)
        }
    }

    @Test func `a WAV with an impossible format is refused`() throws {
        for (channels, rate, bits) in [
            (0, 44_100, 16), (2, 0, 16), (2, 44_100, 0), (65_535, 44_100, 16), (2, UInt32.max, 16),
            (2, 10, 16), (65, 44_100, 16),
        ] as [(UInt16, UInt32, UInt16)] {
            var file = WaveFile.tone(seconds: 0.1)
            (file.channels, file.rate, file.bits) = (channels, rate, bits)
            try expectRefused(file.bytes, "\(channels) \(rate) \(bits)")
        }
        try expectRefused(Array("RIFF\u{24}\0\0\0WAVEfmt ".utf8))
        try expectRefused(Array("RIFF\u{24}\0\0\0WAVEdata\0\0\0\u{10}".utf8) + [UInt8](repeating: 1, count: 9_999))
    }

    @Test func `a WAV with a million chunks ends`() throws {
        let chunk = Array("JUNK".utf8) + [0, 0, 0, 0]
        let bytes = Array("RIFF\u{24}\0\0\0WAVE".utf8) + Array(repeating: chunk, count: 1_000_000).flatMap { $0 }
        try expectRefused(bytes)
    }

    @Test func `nested and endless atoms are refused`() throws {
        let head = Array("\0\0\0\u{18}ftypM4A \0\0\0\0M4A isom".utf8)
        var nested: [UInt8] = []
        for _ in 0..<5_000 {
            nested = UInt32(nested.count + 8).bigEndianBytes + Array("moov".utf8) + nested
        }
        try expectRefused(head + nested)
        try expectRefused(head + Array(repeating: Array("\0\0\0\u{8}free".utf8), count: 200_000).flatMap { $0 })
        try expectRefused(head + [0, 0, 0, 1] + Array("moov".utf8) + [UInt8](repeating: 0xFF, count: 8))
        try expectRefused(head)
    }

    @Test func `tables of an MP4 that claim more than the file has cost no memory`() throws {
        for table in ["stsz", "stco", "stsc", "stts"] {
            let offset = try #require(AudioSamples.alac.position(of: table))
            for count in [UInt32.max, 0x0FFF_FFFF, 0x0400_0000] {
                let bytes = AudioSamples.alac.replacing(
                    at: offset + (table == "stsz" ? 12 : 8), with: count.bigEndianBytes)
                do {
                    let report = try decoder.probe(bytes)
                    #expect(report.duration < 172_800)
                } catch let failure as MediaFailure {
                    #expect(failure.remedy == .none, "\(table) \(count): \(failure)")
                }
            }
        }
    }

    @Test func `empty and endless Ogg pages are refused`() throws {
        let head = Array("OpusHead".utf8) + [1, 2, 0, 0, 0x80, 0xBB, 0, 0, 0, 0, 0]
        let first = OggPage.bytes(flags: 2, [head])
        let empty = (1...20_000).flatMap { OggPage.bytes(number: $0) }
        try expectRefused(first + empty)
        try expectRefused(first)
        let streams = (1...1_000).flatMap { OggPage.bytes(flags: 2, serial: $0, [head]) }
        try expectRefused(streams)
        // Empty pages in the middle are legal.
        let start = try #require(AudioSamples.opus.indices.last { AudioSamples.opus[$0...].starts(with: "OggS".utf8) })
        let middle = (0..<2_000).flatMap { OggPage.bytes(serial: 99, number: $0) }
        let bytes = Array(AudioSamples.opus[..<start]) + middle + AudioSamples.opus[start...]
        #expect(abs(try decoder.probe(bytes).duration - 3) < 0.05)
    }

    @Test func `a track over the limit of bytes is refused without being read`() throws {
        let file = AnonymousFile(AudioSamples.monoMP3)
        ftruncate(file.descriptor, 600 << 20)
        #expect(throws: MediaFailure.tooLarge(.bytes(600 << 20))) {
            try decoder.probe(descriptor: file.descriptor, byteCount: 600 << 20)
        }
        #expect(decoder.helperIdentifier == nil)
    }

    @Test func `half a gigabyte without a frame ends in time`() throws {
        let file = AnonymousFile(ID3File().bytes)
        ftruncate(file.descriptor, 500 << 20)
        let failure = try #require(throws: MediaFailure.self) {
            try decoder.probe(descriptor: file.descriptor, byteCount: 500 << 20)
        }
        #expect(failure.remedy != .retryLater)
    }

    @Test func `a helper that stands still is killed, and the next track works`() throws {
        let decoder = AudioDecoder.ofTests(times: AudioDecoder.Times(probe: 1, analysis: 1, grace: 0))
        _ = try decoder.probe(AudioSamples.monoMP3)
        let helper = try #require(decoder.helperIdentifier)
        kill(helper, SIGSTOP)
        #expect(throws: MediaFailure.timeout) { try decoder.probe(AudioSamples.monoMP3) }
        #expect(kill(helper, 0) == -1)
        _ = try AudioDecoder.ofTests().probe(AudioSamples.monoMP3)
    }

    @Test func `hundreds of mutated files are read in one process`() throws {
        var random = SeededRandom(2_026)
        let decoder = AudioDecoder.ofTests(jobsPerHelper: .max)
        _ = try decoder.probe(AudioSamples.monoMP3)
        let process = decoder.helperIdentifier
        for track in KnownTrack.all {
            for number in 0..<60 {
                let bytes = mutated(track.bytes, &random)
                do {
                    let report = try decoder.probe(bytes)
                    #expect(report.duration > 0 && report.duration < 172_800)
                    if number % 4 == 0 { _ = try decoder.analyse(bytes) }
                } catch let failure as MediaFailure {
                    #expect(failure.remedy == .none, "\(track): \(failure)")
                }
            }
        }
        #expect(decoder.helperIdentifier == process)
    }

    private func mutated(_ file: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
        var bytes = file
        for _ in 0..<Int.random(in: 1...8, using: &random) {
            // Headers are where it hurts.
            let end = Bool.random(using: &random) ? min(2_000, bytes.count) : bytes.count
            let index = Int.random(in: 12..<end, using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 2: bytes.insert(0xFF, at: index)
            case 3: bytes.replaceSubrange(index..<min(index + 4, bytes.count), with: [0xFF, 0xFF, 0xFF, 0xFF])
            default: bytes.remove(at: index)
            }
        }
        return bytes
    }
}
