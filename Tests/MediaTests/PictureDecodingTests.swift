import MediaStoring
import TestSupport
import Testing

@testable import MediaDecoding

@Suite("Making variants of pictures") struct PictureDecodingTests {
    let decoder = Helper.decoder()

    @Test func `makes every variant of every accepted format`() throws {
        for sample in Samples.accepted {
            let picture = try decoder.decode(sample.bytes)
            let report = picture.report
            #expect((report.format, report.width, report.height, report.frames) == (sample.format, 64, 32, 1))
            #expect(picture.variants.map(\.variant) == PictureVariant.all)
            #expect(picture.variants.map(\.width) == [64, 512, 256])
            #expect(picture.variants.map(\.height) == [32, 512, 256])
            #expect(picture.variants.allSatisfy { MediaKind(sniffing: $0.bytes) == .picture(.webp) }, "\(sample.name)")
        }
    }

    @Test func `makes only the requested variants, in that order`() throws {
        let picture = try decoder.decode(Samples.jpeg, into: [.square256, .large1200])
        #expect(picture.variants.map(\.variant) == [.square256, .large1200])
        #expect(try decoder.decode(Samples.jpeg, into: []).variants.isEmpty)
    }

    @Test func `shrinks a large picture`() throws {
        let picture = try decoder.decode(PNGFile.black(3_000, 1_000))
        #expect(picture.report.width == 3_000)
        #expect(picture.variants.map(\.width) == [1_200, 512, 256])
        #expect(picture.variants.map(\.height) == [400, 512, 256])
    }

    // S2-139
    @Test func `a WebP has the quantizer of quality 80`() throws {
        // Grey noise is equally hard everywhere, so that the encoder makes no segments of different quality.
        var random = SeededRandom(80)
        let rows = (0..<240).flatMap { _ in [0] + (0..<320).map { _ in UInt8.random(in: 60...200, using: &random) } }
        let noise = PNGFile(320, 240, colourType: 0, pixels: Zlib.stored(rows)).bytes
        let picture = try decoder.decode(noise, into: [.large1200])
        let header = try #require(picture.variants.first.flatMap { VP8Header($0.bytes) })
        #expect(!header.hasSegments)
        // libwebp maps a quality q above 0.75 to 127 * (1 - cbrt(2q - 1)), cut: 21 for 79, 19 for 80, 18 for 81.
        #expect(header.quantizerIndex == 19)
    }

    @Test func `counts the frames of an animation and shows the first`() throws {
        let gif = try decoder.decode(GIFFile.frames(50), into: [.large1200])
        #expect(gif.report.frames == 50)
        #expect(gif.variants.map(\.height) == [10])
        let webP = try decoder.decode(Samples.animatedWebP, into: [.large1200])
        let report = webP.report
        #expect((report.format, report.width, report.height, report.frames) == (.webp, 64, 32, 3))
        let still = try decoder.decode(Samples.losslessWebP, into: [.large1200])
        #expect(webP.variants.first?.bytes == still.variants.first?.bytes)
    }

    @Test func `uses the first frame of an animation, however many follow`() throws {
        // A loader that reads the other frames too needs longer than the deadline.
        let decoder = Helper.decoder(deadline: .seconds(5))
        let webP = try decoder.decode(Samples.animatedWebP(frames: 60_000))
        #expect(webP.report.frames == 60_000)
        #expect(try webP.variants == decoder.decode(Samples.losslessWebP).variants)
        let gif = try decoder.decode(GIFFile.frames(400_000))
        #expect(gif.report.frames == 400_000)
        #expect(try gif.variants == decoder.decode(GIFFile.frames(1)).variants)
        let still = PNGFile.small([])
        let control = [UInt8](repeating: 0, count: 26)
        var chunks: [(String, [UInt8])] = [("acTL", [0, 0, 0, 120, 0, 0, 0, 0])]
        for _ in 0..<120 { chunks += [("fcTL", control), ("fdAT", Array(repeating: 0xFF, count: 20))] }
        let png = try decoder.decode(PNGFile.small(chunks))
        #expect(png.report.frames == 120)
        #expect(try png.variants == decoder.decode(still).variants)
    }

    @Test func `gives the same pixels for the same picture in two lossless formats`() throws {
        let png = try decoder.decode(PNGFile.quarters(turned: 1).bytes)
        let webP = try decoder.decode(Samples.losslessWebP)
        #expect(png.variants == webP.variants)
    }

    @Test func `ignores a colour profile that does not fit`() throws {
        var profile = [UInt8](repeating: 0x55, count: 200)
        profile.replaceSubrange(16..<20, with: "GRAY".utf8)
        let chunk = ("iCCP", Array("p\0\0".utf8) + Zlib.stored(profile))
        let withProfile = try decoder.decode(PNGFile.small([chunk]))
        let without = try decoder.decode(PNGFile.small([]))
        #expect(withProfile.variants == without.variants)
    }
}
