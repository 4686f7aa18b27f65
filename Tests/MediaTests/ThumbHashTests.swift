import Foundation
import MediaStoring
import TestSupport
import Testing

@testable import MediaDecoding

@Suite("Placeholders of pictures") struct ThumbHashTests {
    /// - Parameter pixel: Red, green, blue and alpha of a byte each.
    private static func grid(_ width: Int, _ height: Int, _ pixel: (Int, Int) -> [Int]) -> PixelGrid {
        var pixels: [SIMD4<Double>] = []
        for y in 0..<height {
            for x in 0..<width {
                let bytes = pixel(x, y).map { Double($0) / 255 }
                pixels.append(SIMD4(bytes[0], bytes[1], bytes[2], bytes[3]))
            }
        }
        return PixelGrid(width: width, height: height, pixels: pixels)
    }

    /// The pictures and results of `rgbaToThumbHash` of https://github.com/evanw/thumbhash.
    @Test func `equals the hash of the published algorithm`() {
        for (hash, grid) in [
            (
                "4AcObJpxenbAaIiIiGqEr/eYfQ==",
                Self.grid(64, 32) { x, y in
                    x < 32
                        ? (y < 16 ? [220, 30, 30, 255] : [30, 40, 210, 255])
                        : (y < 16 ? [30, 180, 40, 255] : [240, 240, 240, 255])
                }
            ),
            ("HfgJJRhgdnB3d4doh3d4eLCQC/eI", Self.grid(40, 60) { [$0 * 6, $1 * 4, $0 * $1 % 256, 255] }),
            (
                "IQiKLRIbkIdveHeHd5BvBwmJgId3d3h4hw==",
                Self.grid(50, 50) { [$0 * 5, 255 - $1 * 5, 128, ($0 + $1) % 2 == 1 ? 255 : min(255, $0 * 5)] }
            ),
            ("Hwg+AYB0d4eIiAiLAAAAAAA=", Self.grid(64, 1) { x, _ in [x * 4, x * 4, x * 4, 255] }),
        ] {
            let bytes = ThumbHash.encode(grid)
            let isEqual = Data(bytes).base64EncodedString() == hash
            #expect(isEqual, "\(Data(bytes).base64EncodedString()) is not \(hash)")
            #expect(bytes.count <= ThumbHash.maximumByteCount)
        }
    }

    @Test func `a picture has the same placeholder in every format and size`() throws {
        let decoder = Helper.decoder()
        let small = try decoder.decode(PNGFile.quarters(turned: 1).bytes).report
        #expect(Data(small.placeholder).base64EncodedString() == "4AcObJpxenbAaIiIiGqEr/eYfQ==")
        #expect(try decoder.decode(Samples.losslessWebP).report.placeholder == small.placeholder)
        #expect(try decoder.decode(PNGFile.black(3_000, 1_000), into: []).report.placeholder.count > 5)
    }

    @Test func `the colour is that of the largest part`() {
        let grid = Self.grid(10, 10) { _, y in y < 6 ? [200, 20, 30, 255] : y < 9 ? [0, 0, 0, 255] : [9, 9, 250, 255] }
        #expect(grid.dominantColor.hexadecimal == "#c8141e")
        let transparent = Self.grid(4, 4) { _, y in y < 3 ? [255, 255, 255, 0] : [1, 2, 3, 255] }
        #expect(transparent.dominantColor.hexadecimal == "#010203")
        #expect(Self.grid(4, 4) { _, _ in [0, 0, 0, 0] }.dominantColor.hexadecimal == "#000000")
    }

    @Test func `the metadata of a picture are a JSON object`() {
        let report = PictureReport(
            format: .jpeg, width: 640, height: 480, frames: 1, placeholder: [0xFF, 0xFE, 0xFD],
            color: PictureColor(red: 1, green: 35, blue: 255))
        #expect(
            String(decoding: report.metadata, as: UTF8.self)
                == ##"{"width":640,"height":480,"format":"jpeg","placeholder":"//79","color":"#0123ff"}"##)
    }
}
