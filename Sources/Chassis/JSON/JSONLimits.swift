/// The rules that untrusted JSON must keep before a decoder reads it: the grammar of RFC 8259 to the letter, UTF-8,
/// size, depth, and no repeated member (U-15). Decoders differ in what else they accept, and two that disagree about a
/// document are a risk; Foundation's takes a comma before a closing brace and a number with a leading zero.
///
/// One pass, no recursion, and no allocation unless an object has very many members or names with escapes.
package struct JSONLimits: Sendable {
    /// The reason why a document is refused; the client may see the text.
    package struct Violation: Error, Equatable {
        package let reason: String
    }

    /// The deepest limit: the scanner keeps one bit for each open container.
    private static let maximumDepth = 64

    private let size: Int
    private let depth: Int

    /// - Parameters:
    ///   - size: Bytes of the whole document.
    ///   - depth: Of nested containers, at most 64.
    package init(size: Int = 1 << 20, depth: Int = 32) {
        precondition(depth <= Self.maximumDepth, "too deep")
        self.size = size
        self.depth = depth
    }

    /// Checks a document. A byte order mark of UTF-8 before it is ignored, as RFC 8259, 8.1 allows.
    package func check(_ document: [UInt8]) throws(Violation) {
        guard document.count <= size else { throw Violation(reason: "The JSON body is larger than \(size) bytes") }
        let flaw = document.withUnsafeBufferPointer { bytes in
            withUnsafeTemporaryAllocation(of: JSONName.self, capacity: JSONNames.capacity) { buffer in
                var scanner = JSONScanner(bytes, depth: depth, names: buffer)
                return scanner.scan()
            }
        }
        guard let flaw else { return }
        throw Violation(reason: reason(of: flaw, in: document))
    }

    private func reason(of flaw: JSONScanner.Flaw, in document: [UInt8]) -> String {
        switch flaw {
        case .syntax: "The body is not valid JSON"
        case .encoding: "The JSON body must be encoded in UTF-8"
        case .depth: "The JSON body is nested deeper than \(depth) levels"
        case .repeated(let name):
            "The JSON body has the member \(String(decoding: document[name], as: UTF8.self)) twice"
        }
    }
}
