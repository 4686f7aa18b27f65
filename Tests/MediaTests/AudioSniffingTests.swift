import MediaStoring
import Testing

@Suite("Recognising audio by its first bytes") struct AudioSniffingTests {
    @Test(arguments: [
        ("ID3\u{4}\0\0\0\0\0\0", AudioFormat.mp3), ("ID3\u{3}\0\0\0\0\u{7F}\u{7F}", .mp3),
        ("RIFF\u{24}\0\0\0WAVEfmt ", .wav), ("RIFF\u{24}\0\0\0WAVEbext", .wav), ("fLaC\0\0\0\u{22}", .flac),
        ("\0\0\0\u{18}ftypM4A \0\0\0\0M4A isom", .m4a), ("\0\0\0\u{18}ftypM4B \0\0\0\0M4A isom", .m4a),
        ("\0\0\0\u{18}ftypmp42\0\0\0\0mp42isom", .m4a), ("\0\0\0\u{14}ftypisom\0\0\0\0isom", .m4a),
    ])
    func `recognises containers`(text: String, format: AudioFormat) {
        #expect(MediaKind(sniffing: Array(text.utf8)) == .audio(format))
    }

    @Test func `recognises the codec in the first page of an Ogg stream`() {
        let vorbis = [1] + Array("vorbis".utf8) + [UInt8](repeating: 0, count: 23)
        #expect(MediaKind(sniffing: page(vorbis)) == .audio(.ogg))
        #expect(MediaKind(sniffing: page(Array("OpusHead".utf8) + [1, 2])) == .audio(.opus))
        #expect(MediaKind(sniffing: page(Array("Speex   ".utf8))) == .unsupported(.ogg))
        #expect(MediaKind(sniffing: page([0x80] + Array("theora".utf8))) == .unsupported(.ogg))
        #expect(MediaKind(sniffing: page(vorbis, flags: 0)) == .unsupported(.ogg))
        #expect(MediaKind(sniffing: page([])) == .unsupported(.ogg))
    }

    // Bit rate and sample rate of each version, and the length of such a frame with padding.
    @Test(
        arguments: [
            ([0xFF, 0xFB, 0x92, 0x64], 418), ([0xFF, 0xFA, 0x14, 0x64], 96), ([0xFF, 0xF3, 0x82, 0xC4], 209),
            ([0xFF, 0xE3, 0x18, 0xC4], 72),
        ] as [([UInt8], Int)])
    func `requires the second frame of an MP3 where the length of the first says`(header: [UInt8], count: Int) {
        let rest = [UInt8](repeating: 0x55, count: count - 4)
        #expect(MediaKind(sniffing: header + rest + header) == .audio(.mp3))
        #expect(MediaKind(sniffing: header + rest) == .audio(.mp3))
        #expect(MediaKind(sniffing: header + rest + [0x55] + header) == .unknown)
        #expect(MediaKind(sniffing: header + rest.dropLast() + header + [0]) == .unknown)
    }

    @Test func `requires the second frame of an ADTS stream where the length of the first says`() {
        let header: [UInt8] = [0xFF, 0xF1, 0x50, 0x80, 0x05, 0x1F, 0xFC]
        let rest = [UInt8](repeating: 0x21, count: 40 - 7)
        #expect(MediaKind(sniffing: header + rest + header) == .audio(.aac))
        #expect(MediaKind(sniffing: header + rest) == .audio(.aac))
        #expect(MediaKind(sniffing: header + rest + [0] + header) == .unknown)
    }

    @Test(
        arguments: [
            [0xFF, 0xFB, 0x00, 0x64], [0xFF, 0xFB, 0xF0, 0x64], [0xFF, 0xFB, 0x9C, 0x64], [0xFF, 0xEB, 0x90, 0x64],
            [0xFF, 0xFB, 0x90], [0xFF, 0xFE, 0x41, 0x00], [0xFF, 0xF1, 0x7C, 0x80, 0x05, 0x1F, 0xFC],
            [0xFF, 0xF1, 0x50, 0x80, 0x00, 0x1F, 0xFC], [0xFF, 0xF1, 0x50],
        ] as [[UInt8]])
    func `recognises no audio in impossible frame headers`(bytes: [UInt8]) {
        #expect(MediaKind(sniffing: bytes).audioFormat == nil)
    }

    @Test(arguments: [
        "", "ID3", "ID3\u{4}\0\0\0\0\0", "ID3\u{5}\0\0\0\0\0\0", "ID3\u{1}\0\0\0\0\0\0", "fLaC", "fLaC\u{4}\0\0\u{22}",
        "fLaC\0\0\0\u{23}", "RIFF\u{24}\0\0\0WAVE", "RIFF\u{24}\0\0\0WAVE\0\0\0\0", "RIFF\u{24}\0\0\0AVI LIST",
        "#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1/", "ffconcat version 1.0\nfile /etc/passwd", "v=0\r\no=- 0 0 IN IP4 ",
        "<ASX version=\"3\">", "<MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\">", "[playlist]\nFile1=http://127.0.0.1/",
        "#!AMR\n", "\0\0\0\u{8}ftyp", "\0\0\0\u{14}ftypM4V \0\0\0\0M4V ", "\0\0\0\u{14}ftyp3gp4\0\0\0\03gp4",
    ])
    func `recognises no audio in other files`(text: String) {
        #expect(MediaKind(sniffing: Array(text.utf8)).audioFormat == nil)
    }

    @Test func `measures an ID3 tag with its footer`() {
        #expect(ID3Tag(header: Array("ID3\u{4}\0\u{10}\0\0\u{1}\0".utf8))?.byteCount == 148)
        #expect(ID3Tag(header: Array("ID3\u{3}\0\u{10}\0\0\u{1}\0".utf8))?.byteCount == 138)
        #expect(ID3Tag(header: Array("ID3\u{3}\0\0\u{7F}\u{7F}\u{7F}\u{7F}".utf8))?.byteCount == 268_435_465)
        #expect(ID3Tag(header: Array("ID3\u{3}\0\0\u{80}\0\0\0".utf8)) == nil)
    }

    @Test func `gives the media type and the extension of a format`() {
        #expect(AudioFormat.mp3.mimeType == "audio/mpeg" && AudioFormat.mp3.fileExtension == "mp3")
        #expect(AudioFormat.opus.mimeType == "audio/ogg" && AudioFormat.m4a.mimeType == "audio/mp4")
    }

    private func page(_ packet: [UInt8], flags: UInt8 = 2) -> [UInt8] {
        Array("OggS".utf8) + [0, flags] + [UInt8](repeating: 0, count: 20) + [1, UInt8(packet.count)] + packet
    }
}
