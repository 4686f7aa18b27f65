import Testing

@testable import MediaDecoding

@Suite("The geometry of variants") struct PictureGeometryTests {
    @Test(arguments: [
        (4_000, 3_000, 1_200, 900), (3_000, 4_000, 900, 1_200), (1_200, 10, 1_200, 10), (100, 50, 100, 50),
        (16_383, 1, 1_200, 1),
    ])
    func `fits inside and never enlarges`(width: Int, height: Int, expectedWidth: Int, expectedHeight: Int) {
        let geometry = PictureGeometry(of: .large1200, from: width, height)
        #expect((geometry.width, geometry.height) == (expectedWidth, expectedHeight))
        #expect((geometry.cutWidth, geometry.cutHeight) == (width, height))
    }

    @Test(arguments: [(4_000, 3_000, 500, 0, 3_000), (3_000, 4_001, 0, 500, 3_000), (16_383, 1, 8_191, 0, 1)])
    func `cuts squares from the centre before it resizes`(width: Int, height: Int, left: Int, top: Int, side: Int) {
        let geometry = PictureGeometry(of: .square512, from: width, height)
        #expect((geometry.left, geometry.top) == (left, top))
        #expect((geometry.cutWidth, geometry.cutHeight) == (side, side))
        #expect((geometry.width, geometry.height) == (512, 512))
    }

    @Test func `shrinks only as far as every variant allows`() {
        #expect(PictureGeometry.commonScale(for: PictureVariant.all, width: 4_000, height: 3_000) == 0.3)
        #expect(PictureGeometry.commonScale(for: [.square512], width: 4_096, height: 1_024) == 0.5)
        #expect(PictureGeometry.commonScale(for: PictureVariant.all, width: 10, height: 10) == 1)
        #expect(PictureGeometry.commonScale(for: [], width: 10, height: 10) == 1)
    }
}
