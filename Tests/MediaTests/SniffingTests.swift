import MediaStoring
import TestSupport
import Testing

@Suite("Recognising files by their first bytes") struct SniffingTests {
    @Test(arguments: Samples.accepted.indices) func `recognises every accepted picture`(index: Int) {
        let sample = Samples.accepted[index]
        #expect(MediaKind(sniffing: sample.bytes) == .picture(sample.format), "\(sample.name)")
    }

    @Test(arguments: [
        ("%PDF-1.7\n", UnsupportedFormat.pdf), ("%!PS-Adobe-3.0", .postScript), ("II*\0\u{8}\0\0\0", .tiff),
        ("<svg xmlns='http://www.w3.org/2000/svg'/>", .markup), ("\u{FEFF}\r\n <!DOCTYPE html>", .markup),
        ("<?xml version='1.0'?><image><read filename='/etc/passwd'/></image>", .markup), ("BM\u{36}\0\0\0", .bmp),
        ("PK\u{3}\u{4}", .zip), ("RF64\0\0\0\0WAVEds64", .rf64), ("OggS\0\u{2}", .ogg),
        ("FORM\0\0\0\0AIFF", .aiff), ("\0\0\0\u{14}ftypisom\0\0\0\0avc1", .mp4),
        ("\0\0\0\u{14}ftypqt  \0\0\0\0qt  ", .mp4), ("\0\0\0\u{14}ftypdash\0\0\0\0M4A ", .mp4),
        ("\0\0\0\u{14}ftypiso6\0\0\0\0dash", .mp4),
        ("\u{7F}ELF", .program), ("#!/bin/sh", .program), ("8BPS\0\u{1}", .photoshop),
    ])
    func `names unsupported formats`(text: String, format: UnsupportedFormat) {
        #expect(MediaKind(sniffing: Array(text.utf8)) == .unsupported(format))
    }

    @Test(
        arguments: [
            [0xFF, 0xFB, 0x90, 0x64], [0xFF, 0xF3, 0x48, 0xC4],
        ] as [[UInt8]])
    func `does not take the frames of an MP3 for a JPEG`(bytes: [UInt8]) {
        #expect(MediaKind(sniffing: bytes) == .audio(.mp3))
    }

    @Test func `names unsupported formats that are not text`() {
        #expect(MediaKind(sniffing: [0x1A, 0x45, 0xDF, 0xA3]) == .unsupported(.matroska))
        #expect(MediaKind(sniffing: [0x30, 0x26, 0xB2, 0x75]) == .unsupported(.asf))
        #expect(MediaKind(sniffing: [0xFF, 0xFD, 0x90, 0x64]) == .unsupported(.mpegAudio))
    }

    @Test(arguments: [
        "", "not a picture", "push graphic-context\nviewbox 0 0 9 9\nimage over 0,0 0,0 'url(http://x/)'",
        "MATLAB 5.0 MAT-file", "1,2,3\n4,5,6\n", "3 3\n1 2 3\n", "P6\n2 2\n255\n", "#?RADIANCE\n",
        "SIMPLE  =                    T",
        "/* XPM */", "GIF88a", "RIFF\u{4}\0\0\0WEBP", "RIFF\u{4}\0\0\0WEBPVP9 ", "\u{89}PNG", "\0\0\0\u{8}ftyp",
    ])
    func `recognises no picture in other files`(text: String) {
        #expect(MediaKind(sniffing: Array(text.utf8)).pictureFormat == nil)
    }

    @Test func `requires the chunk after a PNG's signature`() {
        var png = PNGFile.black(1, 1)
        png[12] = UInt8(ascii: "J")
        #expect(MediaKind(sniffing: png) == .unknown)
    }

    @Test func `requires a marker after the start of a JPEG`() {
        #expect(MediaKind(sniffing: [0xFF, 0xD8, 0xFF, 0xE0]) == .picture(.jpeg))
        #expect(MediaKind(sniffing: [0xFF, 0xD8, 0xFF, 0x00]) == .unknown)
        #expect(MediaKind(sniffing: [0xFF, 0xD8, 0xFF]) == .unknown)
        #expect(MediaKind(sniffing: [0xFF, 0xD8, 0xFF, 0xFF, 0xFF]) == .unknown)
        #expect(MediaKind(sniffing: [0xFF, 0xD8, 0xFF, 0xFF, 0x00]) == .unknown)
    }

    @Test(arguments: [1, 2, 508, 600]) func `takes fill bytes before the first marker of a JPEG`(count: Int) {
        let bytes = [0xFF, 0xD8] + [UInt8](repeating: 0xFF, count: count) + Samples.jpeg[2...]
        #expect(MediaKind(sniffing: bytes) == .picture(.jpeg))
    }

    @Test(arguments: [("avif", PictureFormat.avif), ("heic", .heic), ("hevx", .heic)])
    func `finds the codec among compatible brands`(brand: String, format: PictureFormat) {
        let box = "\0\0\0\u{18}ftypmif1\0\0\0\0miaf\(brand)"
        #expect(MediaKind(sniffing: Array(box.utf8)) == .picture(format))
    }

    @Test func `reads no brands after the end of their box`() {
        let box = "\0\0\0\u{14}ftypmif1\0\0\0\0miafavif"
        #expect(MediaKind(sniffing: Array(box.utf8)).pictureFormat == nil)
    }

    @Test func `gives the media type and the extension of a format`() {
        #expect(PictureFormat.allCases.map(\.mimeType).contains("image/jpeg"))
        #expect(PictureFormat.jpeg.fileExtension == "jpg")
        #expect(PictureFormat.heic.fileExtension == "heic")
    }
}
