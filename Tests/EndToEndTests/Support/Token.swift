import Foundation
import TestSupport

/// A JWT (RFC 7519) taken apart, without a look at its signature.
struct Token {
    let parts: [String]

    init(_ text: String) {
        parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    }

    /// The header as it is written.
    var header: String { String(decoding: Self.decode(parts[0]), as: UTF8.self) }

    var claims: ProductJSON {
        (try? JSONDecoder().decode(ProductJSON.self, from: Self.decode(parts[1]))) ?? .null
    }

    /// Base64url without padding (RFC 4648, section 5).
    static func encode(_ text: String) -> String {
        Data(text.utf8).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing(
            "=", with: "")
    }

    private static func decode(_ text: String) -> Data {
        let standard = text.replacing("-", with: "+").replacing("_", with: "/")
        let padding = String(repeating: "=", count: (4 - text.count % 4) % 4)
        return Data(base64Encoded: standard + padding) ?? Data()
    }
}
