import MediaStoring
import TestSupport
import Testing

@testable import MediaDecoding

/// Files that deviate from their format in a way that every viewer ignores.
@Suite("Pictures that every viewer shows") struct DeviatingPictureTests {
    let decoder = Helper.decoder()

    private static let jpegs = [Samples.jpeg, Samples.progressiveJPEG, Samples.cmykJPEG]
    private static let scanMarkers: [UInt8] = (0..<300).map { $0 % 2 == 0 ? 0xFF : 0xDA }

    private func expectSamePicture(_ file: [UInt8], _ plain: [UInt8], _ what: String) {
        do {
            let picture = try decoder.decode(file)
            #expect(try picture.variants == decoder.decode(plain).variants, "\(what)")
        } catch {
            Issue.record("\(what): \(error)")
        }
    }

    @Test func `ignores what follows the end of a JPEG`() {
        // Motion Photos have a film of some megabytes there.
        let film = (0..<4_000_000).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 13) }
        for jpeg in Self.jpegs {
            for (what, rest) in [("a film", film), ("markers", Self.scanMarkers), ("another picture", Samples.jpeg)] {
                expectSamePicture(jpeg + rest, jpeg, what)
            }
        }
    }

    @Test(arguments: [0xE0, 0xE1, 0xE2, 0xED, 0xFE] as [UInt8])
    func `ignores markers inside a segment of a JPEG`(segment: UInt8) {
        let exif = Array("Exif\0\0MM\0*\0\0\0\u{8}\0\0\0\0\0\0".utf8)
        for content in [exif + Self.scanMarkers, Self.scanMarkers, [0xFF, 0xD9, 0xFF, 0xD8]] {
            let bytes = [0xFF, segment] + UInt16(content.count + 2).bigEndianBytes + content
            expectSamePicture(Array(Samples.jpeg[..<2]) + bytes + Samples.jpeg[2...], Samples.jpeg, "\(segment)")
        }
    }

    @Test func `takes fill bytes before any marker of a JPEG`() throws {
        for jpeg in Self.jpegs {
            for marker in try Self.markers(of: jpeg) {
                for count in [1, 2, 600] {
                    let fill = [UInt8](repeating: 0xFF, count: count)
                    expectSamePicture(jpeg[..<marker] + fill + jpeg[marker...], jpeg, "\(count) at \(marker)")
                }
            }
        }
    }

    @Test func `takes a JPEG without the marker of its end`() {
        for jpeg in Self.jpegs {
            expectSamePicture(jpeg.dropLast(2), jpeg, "no marker")
            expectSamePicture(jpeg.dropLast(1), jpeg, "half a marker")
        }
    }

    @Test func `takes bytes that belong to no segment of a JPEG`() throws {
        for jpeg in Self.jpegs {
            let markers = try Self.markers(of: jpeg)
            for marker in markers.dropFirst().prefix(3) {
                expectSamePicture(jpeg[..<marker] + [0, 0x55, 0xFF, 0, 1] + jpeg[marker...], jpeg, "at \(marker)")
            }
        }
    }

    @Test func `takes a PNG with bytes after its end or without its last chunk`() {
        let png = PNGFile.quarters(turned: 1).bytes
        for count in [12, 10, 6, 4, 2] { expectSamePicture(png.dropLast(count), png, "without \(count) bytes") }
        expectSamePicture(png.dropLast(4) + [1, 2, 3, 4], png, "a wrong checksum of the end")
        expectSamePicture(png + Self.scanMarkers, png, "bytes after the end")
    }

    @Test func `takes a WebP with bytes after its end or unknown chunks`() {
        for webP in [Samples.webP, Samples.losslessWebP, Samples.animatedWebP] {
            expectSamePicture(webP + Self.scanMarkers, webP, "bytes after the end")
            var extended = webP + Array("JUNK".utf8) + [3, 0, 0, 0, 1, 2, 3]
            let size = UInt32(extended.count - 8).littleEndianBytes
            extended.replaceSubrange(4..<8, with: size)
            expectSamePicture(extended, webP, "an unknown chunk without its padding")
        }
        let animation = Samples.animatedWebP
        expectSamePicture(animation.dropLast(5), animation, "an incomplete last frame")
    }

    @Test func `takes a GIF with bytes after its end or without its end`() {
        for gif in [Samples.gif, GIFFile.frames(3)] {
            expectSamePicture(gif + Self.scanMarkers, gif, "bytes after the end")
            expectSamePicture(gif.dropLast(1), gif, "no trailer")
            expectSamePicture(gif.dropLast(2), gif, "no end of the last block")
        }
        expectSamePicture(GIFFile.frames(3).dropLast(5), GIFFile.frames(1), "an incomplete last frame")
    }

    @Test func `reduces any mutated file`() {
        var random = SystemRandomNumberGenerator()
        for sample in Samples.accepted + [
            ("an animation", .webp, Samples.animatedWebP), ("a GIF", .gif, GIFFile.frames(3)),
        ] {
            for _ in 0..<400 {
                var bytes = sample.bytes
                for _ in 0..<Int.random(in: 1...6, using: &random) where !bytes.isEmpty {
                    let index = Int.random(in: 0..<bytes.count, using: &random)
                    switch Int.random(in: 0..<5, using: &random) {
                    case 0: bytes[index] = UInt8.random(in: 0 ... .max, using: &random)
                    case 1: bytes.insert(0xFF, at: index)
                    case 2: bytes.remove(at: index)
                    case 3: bytes.removeSubrange(index...)
                    default: bytes.insert(contentsOf: bytes[index...].prefix(30), at: index)
                    }
                }
                guard let reduced = try? ReducedPicture(bytes, sample.format) else { continue }
                #expect(reduced.bytes.count <= bytes.count + 12)
            }
        }
    }

    /// Returns the offsets of the markers of a JPEG without fill bytes, from the one after its start.
    private static func markers(of jpeg: [UInt8]) throws -> [Int] {
        var offsets: [Int] = []
        var offset = 2
        while offset < jpeg.count {
            try #require(jpeg[offset] == 0xFF)
            offsets.append(offset)
            guard jpeg[offset + 1] != 0xD9 else { return offsets }
            let isScan = jpeg[offset + 1] == 0xDA
            offset += 2 + Int(jpeg[offset + 2]) << 8 + Int(jpeg[offset + 3])
            while isScan, jpeg[offset] != 0xFF || jpeg[offset + 1] == 0 { offset += 1 }
        }
        return offsets
    }
}
