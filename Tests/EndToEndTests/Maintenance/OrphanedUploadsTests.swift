import Foundation
import TestSupport
import Testing

/// The nightly search deletes orphaned files; every file that may have an owner stays.
@Suite(.showingOutput)
struct OrphanedUploadsTests {
    @Test func `old files without a row are deleted, and all others stay`() async throws {
        var options = ProductOptions()
        options.kinds = [.api, .images, .maintenance]
        try await Product.run(options) { product in
            let user = try await TestUser.register(at: product.client)
            _ = try await user.upload(Picture.jpeg, to: product.client)
            try await eventually("the picture is ready") {
                try await product.texts("SELECT state FROM media") == ["ready"]
            }
            let real = product.files
            #expect(real.count == 7)
            for file in real { try age("blobs/\(file)", in: product) }

            let orphan = UUID().uuidString.lowercased()
            let young = UUID().uuidString.lowercased()
            for name in ["original", "square256.webp"] {
                try add("blobs/pictures/\(orphan.suffix(2))/\(orphan)/\(name)", isOld: true, to: product)
                try add("blobs/pictures/\(young.suffix(2))/\(young)/\(name)", isOld: false, to: product)
            }
            try add("blobs/pictures/readme", isOld: true, to: product)
            try add("blobs/something/else", isOld: true, to: product)
            try add("staging/interrupted", isOld: true, to: product)
            try add("staging/arriving", isOld: false, to: product)

            try await product.recordLastRun(of: "remove orphaned uploads", daysAgo: 2)
            try await product.add(.scheduler)
            try await eventually("the job is done") {
                product.output.contains("removed orphaned uploads")
            }
            let stayed = ["original", "square256.webp"].map { "pictures/\(young.suffix(2))/\(young)/\($0)" }
            #expect(Set(product.files) == Set(real + stayed + ["pictures/readme", "something/else"]))
            let staged = try FileManager.default.contentsOfDirectory(atPath: path("staging", in: product))
            #expect(staged == ["arriving"])
            #expect(try await product.client.get("/media/avatar/\(user.id)").status == 200)
        }
    }

    private func path(_ name: String, in product: Product) -> String { "\(product.directory)/data/media/\(name)" }

    private func add(_ name: String, isOld: Bool, to product: Product) throws {
        let file = URL(fileURLWithPath: path(name, in: product))
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data([1]).write(to: file)
        if isOld { try age(name, in: product) }
    }

    /// Makes a file look as if it had been written two days ago.
    private func age(_ name: String, in product: Product) throws {
        let moment = Date.now.addingTimeInterval(-2 * 86_400)
        try FileManager.default.setAttributes([.modificationDate: moment], ofItemAtPath: path(name, in: product))
    }
}
