import MediaDecoding
import MediaStoring
import TestSupport
import Testing

@Suite("Metadata of pictures") struct MetadataTests {
    let decoder = Helper.decoder()

    @Test func `turns pictures upright in all eight ways`() throws {
        for orientation in 1...8 {
            let file = Samples.webP(exif: Exif.block(orientation: UInt16(orientation)), xmp: Exif.xmp)
            let turned = try decoder.decode(file)
            let expected = try decoder.decode(PNGFile.quarters(turned: orientation).bytes)
            #expect(turned.report.width == (orientation >= 5 ? 32 : 64))
            #expect(turned.variants == expected.variants, "orientation \(orientation)")
        }
    }

    @Test func `turns a JPEG upright`() throws {
        let exif = Array("Exif\0\0".utf8) + Exif.block(orientation: 6)
        // Enlarged squares round differently after a turn; the picture in its own size does not.
        let turned = try decoder.decode(Samples.jpeg([(0xE1, exif)]), into: [.large1200])
        let expected = try decoder.decode(Samples.jpegTurned, into: [.large1200])
        #expect(turned == expected)
    }

    @Test func `uses the first Exif segment of several`() throws {
        let upright = Array("Exif\0\0".utf8) + Exif.block(orientation: 1)
        let turned = Array("Exif\0\0".utf8) + Exif.block(orientation: 6)
        #expect(try decoder.decode(Samples.jpeg([(0xE1, turned), (0xE1, upright)])).report.width == 32)
    }

    @Test func `removes the place and the camera from every variant`() throws {
        let exif = Exif.block(orientation: 1)
        let jpeg = Samples.jpeg([
            (0xE1, Array("Exif\0\0".utf8) + exif),
            (0xE1, Array("http://ns.adobe.com/xap/1.0/\0".utf8) + Exif.xmp),
            (0xED, Array("Photoshop 3.0\0\(Exif.secret)".utf8)), (0xFE, Array(Exif.secret.utf8)),
        ])
        let text = Array("Comment\0\(Exif.secret)".utf8)
        let png = PNGFile.small([("eXIf", exif), ("tEXt", text)])
        let filled = [0xFF, 0xD8, 0xFF, 0xFF] + jpeg.dropFirst(2) + jpeg
        let animated = Samples.animatedWebP(frames: 2, [("EXIF", exif), ("XMP ", Exif.xmp)])
        for file in [
            jpeg, filled, jpeg.dropLast(2), png, png + exif, Samples.webP(exif: exif, xmp: Exif.xmp), animated,
        ] {
            for variant in try decoder.decode(file).variants {
                let chunks = WebPFile(variant.bytes).chunks.map(\.type)
                #expect(Set(chunks).isSubset(of: ["VP8 ", "VP8L", "VP8X", "ALPH"]))
                #expect(!variant.bytes.contains(Array(Exif.secret.utf8)))
                #expect(!variant.bytes.contains(Array("GPS".utf8)))
            }
        }
    }

    @Test func `sets no flag for removed metadata`() throws {
        let transparent = PNGFile(
            8, 8, colourType: 6, extra: [("eXIf", Exif.block(orientation: 1))],
            pixels: Zlib.stored(Array(repeating: 0, count: 8 * 33)))
        for variant in try decoder.decode(transparent.bytes).variants {
            for chunk in WebPFile(variant.bytes).chunks where chunk.type == "VP8X" {
                #expect(chunk.content.first.map { $0 & 0x2C } == 0)
            }
        }
    }
}
