import MediaDecoding
import MediaStoring
import TestSupport
import Testing

@testable import MediaDecoding

@Suite("Tags and covers of tracks") struct AudioTagTests {
    let decoder = AudioDecoder.ofTests()

    private func report(_ build: (inout ID3File) -> Void, version: UInt8 = 3) throws -> AudioReport {
        var tag = ID3File(version: version)
        build(&tag)
        return try decoder.probe(tag.bytes + AudioSamples.monoMP3)
    }

    @Test func `are read in every encoding of ID3`() throws {
        let utf16 = Array("Ночь".utf16)
        let report = try report(
            { tag in
                tag.add("TIT2", [1, 0xFF, 0xFE] + utf16.flatMap { $0.littleEndianBytes })
                tag.add("TPE1", [2] + utf16.flatMap { $0.bigEndianBytes })
                tag.add("TALB", [0, 0x41, 0xE9])
                tag.add("TPE2", [3] + Array("Ночь".utf8))
                tag.add("TCON", [0] + Array("(17)".utf8))
                tag.add("TRCK", [0] + Array("3/12".utf8))
            }, version: 4)
        #expect(report.tags["title"] == "Ночь" && report.tags["artist"] == "Ночь")
        #expect(report.tags["album"] == "Aé" && report.tags["album_artist"] == "Ночь")
        #expect(report.tags["genre"] == "Rock" && report.tags["track"] == "3/12")
    }

    @Test func `are repaired when they lie about their encoding`() throws {
        let report = try report(
            { tag in
                tag.add("TIT2", [3, 0x93, 0x41, 0xE9, 0x94])
                tag.add("TPE1", [3] + Array("A\u{7}\r\n\u{202E}B\u{1B}[31m".utf8))
                tag.add("TALB", [1, 0xFF])
            }, version: 4)
        #expect(report.tags["title"] == "“Aé”")
        #expect(report.tags["artist"] == "A B [31m")
    }

    @Test func `are bounded in number and length`() throws {
        let report = try report { tag in
            tag.add("TIT2", [0] + [UInt8](repeating: 0x61, count: 100_000))
            for index in 0..<500 { tag.add("TXXX", [0] + Array("key\(index)".utf8) + [0, 0x62]) }
        }
        #expect(report.tags["title"]?.count == 512)
        #expect(report.tags.entries.count <= 64)
    }

    @Test func `of a WAV are read as Windows writes them`() throws {
        var file = WaveFile.tone(seconds: 0.1)
        let title: [UInt8] = Array("INAM".utf8) + UInt32(4).littleEndianBytes + [0x93, 0xE9, 0x94, 0]
        file.chunks = [("LIST", Array("INFO".utf8) + title)]
        #expect(try decoder.probe(file.bytes).tags["title"] == "“é”")
    }

    @Test(arguments: [
        ("plain", "plain"), ("  two  words \n", "two words"), ("\u{FEFF}marked", "marked"), ("e\u{301}", "é"),
        ("a\0b", "a b"), ("\u{202E}turned", "turned"), ("", ""), ("\u{1}\u{2}", ""),
    ])
    func `become one line of composed text`(text: String, expected: String) {
        #expect(repaired(Array(text.utf8)) == expected)
    }

    @Test func `keep text that is cut within a character`() {
        let long = String(repeating: "ж", count: 3_000)
        #expect(repaired(Array(long.utf8)) == String(repeating: "ж", count: 512))
        #expect(repaired([0x61, 0xD0]) == "a")
        #expect(repaired([0x80, 0xFF]) == "€ÿ")
    }

    @Test func `include a cover in every accepted format, whatever its type claims`() throws {
        for picture in [Samples.jpeg, PNGFile.black(8, 8), Samples.webP] {
            #expect(try report { $0.addCover(picture) }.cover == picture)
        }
        #expect(try decoder.probe(AudioSamples.m4a).cover.map { MediaKind(sniffing: $0) } == .picture(.png))
        #expect(try decoder.probe(AudioSamples.monoMP3).cover == nil)
    }

    @Test func `include the cover of a FLAC`() throws {
        let mime = Array("image/jpeg".utf8)
        let content =
            UInt32(3).bigEndianBytes + UInt32(mime.count).bigEndianBytes + mime
            + [UInt8](repeating: 0, count: 20) + UInt32(Samples.jpeg.count).bigEndianBytes + Samples.jpeg
        let block = [6] + UInt32(content.count).bigEndianBytes[1...] + content
        let bytes = Array(AudioSamples.flac[..<42]) + block + AudioSamples.flac[42...]
        #expect(try decoder.probe(bytes).cover == Samples.jpeg)
    }

    @Test func `prefer the front cover to other pictures`() throws {
        let report = try report { tag in
            tag.addCover(PNGFile.black(8, 8), type: 4)
            tag.addCover(Samples.jpeg, type: 3)
        }
        #expect(report.cover == Samples.jpeg)
    }

    @Test func `include no cover that is no picture`() throws {
        for bytes in [Array("<svg/>".utf8), Array("<script>".utf8), [0xFF, 0xD8], AudioSamples.monoMP3] {
            #expect(try report { $0.addCover(bytes) }.cover == nil)
        }
    }

    private func repaired(_ bytes: [UInt8]) -> String {
        bytes.withUnsafeBytes { TagText.repaired($0) }
    }
}
