import MediaDecoding
import MediaStoring
import TestSupport
import Testing

@Suite("Hostile pictures") struct HostilePictureTests {
    /// A file that takes long fails as ``MediaFailure/timeout``.
    let decoder = Helper.decoder(deadline: .seconds(5))

    @Test func `refuses a decompression bomb with a sentence for its owner`() throws {
        let bomb = PNGFile(30_000, 30_000, colourType: 2, pixels: Zlib.zeros(1_000)).bytes
        let failure = try #require(throws: MediaFailure.self) { try decoder.decode(bomb) }
        #expect(failure.code == "tooLarge")
        #expect(
            failure.reason
                == "The picture is 30000 x 30000 pixels; at most 50 megapixels and 16383 per side are accepted.")
    }

    @Test(arguments: [(1, 1_000_000), (1_000_000, 1), (20_000, 20_000), (7_072, 7_072), (1, 16_384)])
    func `refuses pictures over the limits before decoding them`(width: Int, height: Int) {
        let file = PNGFile(UInt32(width), UInt32(height), colourType: 0, pixels: Zlib.zeros(1_000)).bytes
        #expect(throws: MediaFailure.tooLarge(.pixels(width: width, height: height))) { try decoder.decode(file) }
    }

    @Test func `refuses a JPEG that claims to be large`() {
        #expect(throws: MediaFailure.tooLarge(.pixels(width: 65_500, height: 65_500))) {
            try decoder.decode(Samples.jpeg(claiming: 65_500, by: 65_500))
        }
    }

    @Test func `refuses a WebP that claims to be large`() {
        let claim = UInt32(16_382) | UInt32(16_382) << 14
        let file = WebPFile.assembled([("VP8L", [0x2F] + claim.littleEndianBytes + Array(repeating: 0, count: 64))])
        #expect(throws: MediaFailure.self) { try decoder.decode(file) }
    }

    @Test func `finishes extreme shapes fast`() throws {
        for (width, height) in [(16_383, 1), (1, 16_383)] {
            let picture = try decoder.decode(PNGFile.black(width, height))
            #expect(picture.variants.map(\.width) == [width == 1 ? 1 : 1_200, 512, 256])
        }
    }

    @Test(arguments: ["zTXt", "iTXt", "tEXt"]) func `never inflates text`(type: String) throws {
        let header = type == "iTXt" ? Array("key\0\u{1}\0\0\0".utf8) : Array("key\0\0".utf8)
        let bomb = header + Zlib.zeros(40 << 20)
        let picture = try decoder.decode(PNGFile.small(Array(repeating: (type, bomb), count: 8)))
        #expect(picture.report.width == 8)
    }

    @Test func `decodes a picture whose colour profile inflates to 300 MiB`() throws {
        let bomb = Array("profile\0\0".utf8) + Zlib.zeros(300 << 20)
        #expect(try decoder.decode(PNGFile.small([("iCCP", bomb)])).report.width == 8)
    }

    @Test func `decodes a picture with very many segments`() throws {
        let exif = Array("Exif\0\0".utf8) + [UInt8](repeating: 0x41, count: 65_000)
        #expect(try decoder.decode(Samples.jpeg(Array(repeating: (0xE1, exif), count: 200))).report.width == 64)
        #expect(try decoder.decode(Samples.jpeg(Array(repeating: (0xFE, []), count: 100_000))).report.width == 64)
    }

    @Test func `refuses a JPEG of a thousand scans`() throws {
        let scan: [UInt8] = [0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 0, 0, 0]
        var file = Samples.progressiveJPEG
        file.removeLast(2)
        for _ in 0..<1_000 { file += scan }
        file += [0xFF, 0xD9]
        let failure = try #require(throws: MediaFailure.self) { try decoder.decode(file) }
        #expect(failure == .corrupt(detail: "more than 100 scans"))
    }

    @Test func `refuses a JPEG of a thousand scans among bytes that belong to no segment`() throws {
        let scan: [UInt8] = [0xFF, 0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 0, 0, 0]
        var file = Array(Samples.progressiveJPEG.dropLast(2))
        for _ in 0..<1_000 { file += [0x55, 0xFF, 0x00] + scan }
        for end in [[0xFF, 0xD9], []] as [[UInt8]] {
            #expect(throws: MediaFailure.corrupt(detail: "more than 100 scans")) { try decoder.decode(file + end) }
        }
    }

    @Test func `refuses a JPEG without its end whose data end early`() throws {
        for sample in [Samples.jpeg, Samples.progressiveJPEG, Samples.cmykJPEG] {
            for missing in [8, 10, 12, 20] {
                let failure = try #require(throws: MediaFailure.self) { try decoder.decode(sample.dropLast(missing)) }
                #expect(failure.code == "corrupt")
            }
        }
    }

    @Test func `refuses an animation whose frame is over the limits`() {
        var gif = GIFFile.frames(200)
        gif.replaceSubrange(32..<36, with: [0x10, 0x27, 0x10, 0x27])
        #expect(throws: MediaFailure.tooLarge(.pixels(width: 10_000, height: 10_000))) { try decoder.decode(gif) }
        let webP = Samples.animatedWebP(frames: 2, canvas: [0x0F, 0x27, 0, 0x0F, 0x27, 0])
        #expect(throws: MediaFailure.tooLarge(.pixels(width: 10_000, height: 10_000))) { try decoder.decode(webP) }
    }

    @Test func `refuses more bytes than a picture may have`() {
        let bytes = Samples.jpeg + [UInt8](repeating: 0, count: PictureLimits.byteCount)
        #expect(throws: MediaFailure.tooLarge(.bytes(bytes.count))) { try decoder.decode(bytes) }
    }

    @Test(arguments: [
        "", "text that is called photo.jpg", "%PDF-1.7", "%!PS", "II*\0\u{8}\0\0\0\0\0",
        "<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>",
        "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><svg>&a;</svg>",
        "<!DOCTYPE x [<!ENTITY a 'lol'><!ENTITY b '&a;&a;&a;&a;'>]><svg>&b;</svg>",
        "push graphic-context\nimage over 0,0 0,0 'https://example.com/'\npop graphic-context",
        "<?xml version='1.0'?><image><read filename='/etc/passwd'/></image>", "<html><script>alert(1)</script>",
        "MATLAB 5.0 MAT-file, Platform: GLNXA64", "1,2,3\n4,5,6\n", "3 3\n1 2 3\n4 5 6\n7 8 9\n",
        "ID3\u{4}\0\0\0\0\0\0",
        "SIMPLE  =                    T", "P6\n1 1\n255\nabc", "8BPS\0\u{1}", "BM\u{36}\0\0\0",
    ])
    func `refuses what is not an accepted picture`(text: String) throws {
        let failure = try #require(throws: MediaFailure.self) { try decoder.decode(Array(text.utf8)) }
        #expect(failure.code == "unsupportedType")
        #expect(failure.remedy == .none)
        #expect(failure.reason.contains("are accepted"))
        #expect(decoder.helperIdentifier == nil)
    }

    @Test func `refuses truncated files`() throws {
        for sample in Samples.accepted {
            for percent in [2, 50, 90] {
                let file = Array(sample.bytes.prefix(sample.bytes.count * percent / 100))
                let failure = try #require(throws: MediaFailure.self, "\(sample.name), \(percent) %") {
                    try decoder.decode(file)
                }
                #expect(failure.remedy == .none)
            }
        }
    }

    @Test func `decodes hundreds of mutated files in one process`() throws {
        var random = FixedRandom(seed: 2_026)
        let decoder = Helper.decoder(deadline: .seconds(5), jobsPerHelper: .max)
        _ = try decoder.decode(Samples.jpeg, into: [.square256])
        let process = decoder.helperIdentifier
        for sample in Samples.accepted {
            for _ in 0..<60 {
                do {
                    _ = try decoder.decode(mutated(sample.bytes, &random), into: [.square256])
                } catch {
                    #expect(error.remedy == .none, "\(sample.name): \(error)")
                }
            }
        }
        #expect(decoder.helperIdentifier == process)
    }

    @Test func `keeps only the pixels of a polyglot`() throws {
        let page = Array("<script>alert(document.cookie)</script>PK\u{3}\u{4}".utf8)
        let comment = Samples.jpeg([(0xFE, page)])
        for file in [Samples.jpeg + page, PNGFile.small([]) + page, GIFFile.frames(1) + page, comment] {
            for variant in try decoder.decode(file).variants {
                #expect(!variant.bytes.contains(Array("script".utf8)))
            }
        }
        #expect(throws: MediaFailure.self) { try decoder.decode(Array("GIF89a/*".utf8) + page) }
        #expect(throws: MediaFailure.self) { try decoder.decode(Array("%PDF-1.4\n".utf8) + Samples.jpeg) }
    }

    private func mutated(_ file: [UInt8], _ random: inout FixedRandom) -> [UInt8] {
        var bytes = file
        for _ in 0..<Int.random(in: 1...8, using: &random) {
            let index = Int.random(in: 12..<bytes.count, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 2: bytes.insert(0xFF, at: index)
            default: if bytes.count > 64 { bytes.remove(at: index) }
            }
        }
        return bytes
    }
}

/// SplitMix64 (https://prng.di.unimi.it/splitmix64.c): the same numbers in every run.
private struct FixedRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
