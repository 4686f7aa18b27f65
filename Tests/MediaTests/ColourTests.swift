import Foundation
import MediaStoring
import TestSupport
import Testing

@testable import MediaDecoding

/// Pictures of one colour, whose variants must have the same colour in sRGB. The expected numbers are of the formulas
/// of the standards, computed apart from the product.
@Suite("Colours of pictures") struct ColourTests {
    let decoder = Helper.decoder()

    /// Expects a colour, within a tolerance in each component.
    private func expect(
        _ file: [UInt8], is red: Int, _ green: Int, _ blue: Int, within tolerance: Int = 2,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let color = try decoder.decode(file, into: [.square256]).report.color
        let differences = zip([color.red, color.green, color.blue], [red, green, blue]).map { abs(Int($0) - $1) }
        #expect(
            differences.allSatisfy { $0 <= tolerance }, "\(color.hexadecimal) is not \(red), \(green), \(blue)",
            sourceLocation: sourceLocation)
    }

    /// Returns a PNG of 8 × 8 pixels of one colour.
    /// - Parameter pixel: The bytes of one pixel.
    private static func png(
        _ pixel: [UInt8], colourType: UInt8 = 2, bitDepth: UInt8 = 8, _ extra: [(String, [UInt8])] = []
    ) -> [UInt8] {
        let row = [0] + Array(repeatElement(pixel, count: 8).joined())
        return PNGFile(
            8, 8, bitDepth: bitDepth, colourType: colourType, extra: extra,
            pixels: Zlib.stored(Array(repeatElement(row, count: 8).joined()))
        ).bytes
    }

    private static func png(sixteen pixel: [UInt16], _ extra: [(String, [UInt8])] = []) -> [UInt8] {
        png(pixel.flatMap(\.bigEndianBytes), bitDepth: 16, extra)
    }

    private static func jpeg(_ base64: String, profile: [UInt8]? = nil) -> [UInt8] {
        let file = Array(Data(base64Encoded: base64) ?? Data())
        guard let profile else { return file }
        let content = Array("ICC_PROFILE\0".utf8) + [1, 1] + profile
        return file[..<2] + [0xFF, 0xE2] + UInt16(content.count + 2).bigEndianBytes + content + file[2...]
    }

    private static func profileChunk(_ profile: [UInt8]) -> (String, [UInt8]) {
        ("iCCP", Array("p\0\0".utf8) + Zlib.stored(profile))
    }

    private static let head =
        "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwADAgIDAgIDAwMDBAMDBAUIBQUEBAUKBwcGCAwKDAwLCgsLDQ4SEA0OEQ4LCxAWEBETFBUVFQwPFxgWFBgS"
        + "FBUU/8AAFAgACAAIBEMRAE0RAFkRAEsRAP/EAB"
    private static let cyan =
        head + "QAAQAAAAAAAAAAAAAAAAAAAAn/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/9oADgRDAE0AWQBLAAA/ACqKmVMqb//Z"
    private static let black =
        head + "QAAQAAAAAAAAAAAAAAAAAAAAn/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/9oADgRDAE0AWQBLAAA/AFTKmVMVT//Z"
    private static let paper =
        head + "QAAQAAAAAAAAAAAAAAAAAAAAn/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/9oADgRDAE0AWQBLAAA/AFTKmVMqb//Z"
    private static let orange =
        head + "UAAQEAAAAAAAAAAAAAAAAAAAkC/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAA4EQwBNAFkASwAAPwBU0CqKm//Z"
    /// sRGB (200, 100, 50) without a profile.
    private static let brown =
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAIBAQEBAQIBAQECAgICAgQDAgICAgUEBAMEBgUGBgYFBgYGBwkIBgcJBwYGCAsICQoKCgoKBggLDAsK"
        + "DAkKCgr/2wBDAQICAgICAgUDAwUKBwYHCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgr/wAARCAAIAAgD"
        + "AREAAhEBAxEB/8QAFAABAAAAAAAAAAAAAAAAAAAABf/EABQQAQAAAAAAAAAAAAAAAAAAAAD/xAAUAQEAAAAAAAAAAAAAAAAAAAAI/8QAFBEBAAAA"
        + "AAAAAAAAAAAAAAAAAP/aAAwDAQACEQMRAD8APFc2H//Z"

    @Test func `a CMYK JPEG of Adobe has the colours of print`() throws {
        try expect(Self.jpeg(Self.paper), is: 255, 255, 255)
        // What offset printing calls cyan, black and orange; profiles differ.
        try expect(Self.jpeg(Self.cyan), is: 0, 160, 225, within: 24)
        try expect(Self.jpeg(Self.black), is: 30, 28, 28, within: 24)
        try expect(Self.jpeg(Self.orange), is: 245, 145, 25, within: 24)
    }

    @Test func `a CMYK JPEG with a profile has the colours of its profile`() throws {
        try expect(Self.jpeg(Self.cyan, profile: Profile.greenInk), is: 0, 128, 0, within: 4)
        try expect(Self.jpeg(Self.paper, profile: Profile.greenInk), is: 255, 255, 255)
        try expect(Self.jpeg(Self.black, profile: Profile.greenInk), is: 0, 0, 0)
    }

    @Test func `a JPEG in Display P3 is converted`() throws {
        try expect(Self.jpeg(Self.brown), is: 200, 100, 50)
        try expect(Self.jpeg(Self.brown, profile: Profile.displayP3), is: 215, 93, 31)
    }

    @Test func `a PNG in Display P3 is converted, with a profile, a code or chromaticities`() throws {
        let places = [31_270, 32_900, 68_000, 32_000, 26_500, 69_000, 15_000, 6_000].flatMap {
            UInt32($0).bigEndianBytes
        }
        for extra in [
            [Self.profileChunk(Profile.displayP3)], [("cICP", [12, 13, 0, 1])],
            [("gAMA", UInt32(45_455).bigEndianBytes), ("cHRM", places)],
        ] as [[(String, [UInt8])]] {
            try expect(Self.png([200, 100, 50], extra), is: 215, 93, 31)
            try expect(Self.png([200, 100, 50, 255], colourType: 6, extra), is: 215, 93, 31)
            try expect(Self.png(sixteen: [51_400, 25_700, 12_850], extra), is: 215, 93, 31)
        }
    }

    @Test func `a code of colours comes before a profile, and sRGB before a gamma`() throws {
        let profile = Self.profileChunk(Profile.displayP3)
        try expect(Self.png([200, 100, 50], [("cICP", [1, 8, 0, 1]), profile]), is: 229, 168, 123)
        let gamma = ("gAMA", UInt32(100_000).bigEndianBytes)
        try expect(Self.png([200, 100, 50], [("sRGB", [0]), gamma]), is: 200, 100, 50)
    }

    @Test func `a gamma is applied`() throws {
        let linear = ("gAMA", UInt32(100_000).bigEndianBytes)
        try expect(Self.png(sixteen: [32_768, 32_768, 0], [linear]), is: 188, 188, 0)
        try expect(Self.png([128], colourType: 0, [linear]), is: 188, 188, 188)
        try expect(Self.png([200, 100, 50], [("gAMA", UInt32(45_455).bigEndianBytes)]), is: 200, 100, 50)
        for absurd: UInt32 in [0, 1, .max] {
            try expect(Self.png([200, 100, 50], [("gAMA", absurd.bigEndianBytes)]), is: 200, 100, 50)
        }
        try expect(Self.png([200, 100, 50], [("cHRM", Array(repeating: 0, count: 32))]), is: 200, 100, 50)
    }

    @Test func `an HDR picture keeps the colours below diffuse white`() throws {
        let quantiser = ("cICP", [9, 16, 0, 1] as [UInt8])
        try expect(Self.png(sixteen: [32_029, 26_124, 19_640], [quantiser]), is: 200, 100, 50)
        try expect(Self.png(sixteen: [28_037, 28_037, 28_037], [quantiser]), is: 128, 128, 128)
        let hybrid = ("cICP", [9, 18, 0, 1] as [UInt8])
        try expect(Self.png(sixteen: [32_768, 32_768, 32_768], [hybrid]), is: 137, 137, 137)
        try expect(Self.png([128, 128, 128], [hybrid]), is: 137, 137, 137, within: 3)
    }

    @Test func `highlights of an HDR picture keep their order and end in white`() throws {
        let chunk = ("cICP", [9, 16, 0, 1] as [UInt8])
        // Diffuse white, 1,000 and 4,000 candela per square metre.
        try expect(Self.png(sixteen: [38_055, 38_055, 38_055], [chunk]), is: 240, 240, 240)
        try expect(Self.png(sixteen: [49_271, 49_271, 49_271], [chunk]), is: 255, 255, 255)
        try expect(Self.png(sixteen: [59_150, 59_150, 59_150], [chunk]), is: 255, 255, 255)
        let middle = try decoder.decode(Self.png(sixteen: [43_000, 43_000, 43_000], [chunk]), into: []).report.color
        #expect((241...254).contains(middle.red) && middle.red == middle.blue)
    }

    @Test func `an AVIF that is tagged as HDR is not shown as sRGB`() throws {
        var tagged = Samples.avif
        let place = try #require(tagged.firstRange(of: Array("colrnclx".utf8))?.upperBound)
        tagged.replaceSubrange(place..<place + 4, with: [0, 9, 0, 16])
        let (plain, hdr) = (try decoder.decode(Samples.avif).report, try decoder.decode(tagged).report)
        #expect(hdr.width == plain.width)
        #expect(hdr.placeholder != plain.placeholder)
    }

    @Test func `16 bits, grey and grey with alpha have the colour of 8 bits`() throws {
        try expect(Self.png(sixteen: [0x8080, 0x4040, 0xC0C0]), is: 128, 64, 192, within: 1)
        try expect(Self.png([100], colourType: 0), is: 100, 100, 100, within: 0)
        try expect(Self.png([100, 200], colourType: 4), is: 100, 100, 100, within: 1)
        try expect(Self.png([0x64, 0x64, 0xC8, 0xC8], colourType: 4, bitDepth: 16), is: 100, 100, 100, within: 1)
        try expect(Self.png([0x64, 0x64], colourType: 0, bitDepth: 16), is: 100, 100, 100, within: 1)
    }

    @Test func `a transparent picture stays transparent, and an opaque alpha is none`() throws {
        for (pixel, type, depth) in [
            ([100, 200], 4, 8), ([10, 20, 30, 200], 6, 8), ([0x64, 0x64, 0x80, 0], 4, 16),
            ([1, 1, 2, 2, 3, 3, 0x80, 0], 6, 16),
        ] as [([UInt8], UInt8, UInt8)] {
            for extra in [[], [("cICP", [12, 13, 0, 1])]] as [[(String, [UInt8])]] {
                let file = Self.png(pixel, colourType: type, bitDepth: depth, extra)
                for variant in try decoder.decode(file).variants {
                    #expect(MediaKind(sniffing: variant.fallback) == .picture(.png))
                    #expect(WebPFile(variant.bytes).chunks.contains { $0.type == "ALPH" || $0.type == "VP8X" })
                }
            }
        }
        let opaque = try decoder.decode(Self.png([10, 20, 30, 255], colourType: 6))
        #expect(try opaque.variants == decoder.decode(Self.png([10, 20, 30])).variants)
    }

    @Test func `the files for clients without WebP show the same picture`() throws {
        for sample in Samples.accepted {
            let picture = try decoder.decode(sample.bytes)
            for variant in picture.variants {
                let again = try decoder.decode(variant.fallback, into: [.large1200])
                #expect(again.report.format == .jpeg)
                #expect((again.report.width, again.report.height) == (variant.width, variant.height))
                let text = String(decoding: variant.fallback, as: UTF8.self)
                for word in ["Exif", "ICC_PROFILE", "http"] { #expect(!text.contains(word), "\(sample.name)") }
            }
        }
        for variant in try decoder.decode(Self.jpeg(Self.brown)).variants {
            try expect(variant.fallback, is: 200, 100, 50, within: 3)
            try expect(variant.bytes, is: 200, 100, 50, within: 6)
        }
    }
}
