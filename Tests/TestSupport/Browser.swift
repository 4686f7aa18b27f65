package import Foundation

/// A headless Chromium that opens the page of the API and tries one request on it. Needs Debian's `chromium`.
package enum Browser {
    /// - Returns: What `browser.py` prints, and the screenshot as PNG.
    package static func tryPage(_ url: String, of product: Product) async throws -> (seen: ProductJSON, picture: Data) {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/browser.py"
        let picture = "\(product.directory)/page.png"
        let (exit, output) = try await product.command(
            ["/usr/bin/python3", script, url, picture, "\(product.directory)/browser"],
            environment: ["PATH": "/usr/bin:/bin", "HOME": product.directory, "LANG": "C.UTF-8"])
        guard exit == .code(0) else { throw Overdue(description: "the browser ended, \(exit):\n\(output)") }
        let seen = try JSONDecoder().decode(ProductJSON.self, from: Data(output.utf8))
        return (seen, try Data(contentsOf: URL(fileURLWithPath: picture)))
    }
}
