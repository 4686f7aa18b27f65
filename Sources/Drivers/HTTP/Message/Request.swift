package import Chassis

/// A request, as passed to a handler. Used on ``loop`` only. A class, so that passing it through asynchronous functions
/// copies one reference and their frames stay small.
///
/// `@unchecked Sendable`: changed only on its loop, where the handler's task runs too.
package final class Request: @unchecked Sendable {
    package let head: RequestHead
    package let body: RequestBody
    package let loop: EventLoop
    /// The id in logs and in `X-Request-Id`.
    package let id: RequestID
    /// The address of the peer, without its port.
    package let peer: String
    /// The values of the route's parameters, percent-decoded, in the order of the path.
    var parameters: [String] = []
    /// Their names, in the same order.
    var parameterNames: [String] = []
    /// Whether the request is cancelled as soon as the client has closed its sending side. Otherwise a client that has
    /// half-closed gets its response; one that waits for long would hold what it waits with.
    package var endsWithClient = false
    /// Headers added to the response, whether it is a success or an error.
    package var responseHeaders: [(name: StaticString, value: String)] = []

    init(head: RequestHead, body: RequestBody, loop: EventLoop, id: RequestID, peer: String) {
        self.head = head
        self.body = body
        self.loop = loop
        self.id = id
        self.peer = peer
    }

    /// Returns a parameter of the route, percent-decoded.
    package func parameter(_ name: String) -> String {
        guard let index = parameterNames.firstIndex(of: name), parameters.indices.contains(index) else {
            preconditionFailure("the route has no parameter \(name)")
        }
        return parameters[index]
    }

    /// The method; requests with an unknown one never reach a handler.
    package var method: Method { head.method ?? .get }

    /// The path, still percent-encoded.
    package var path: String { String(decoding: head.rawPath, as: UTF8.self) }

    /// Returns the first value of a query parameter, decoded; nil if it is absent or its encoding is invalid.
    package func query(_ name: String) -> String? {
        guard let raw = head.rawQuery else { return nil }
        for pair in raw.split(separator: UInt8(ascii: "&")) {
            let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let key = parts.first, PercentEncoding.decode(key, plusIsSpace: true) == name else { continue }
            return parts.count > 1 ? PercentEncoding.decode(parts[1], plusIsSpace: true) : ""
        }
        return nil
    }
}

/// The id of a request in logs and headers: a random start per process and loop, then counted.
package struct RequestID: Sendable, CustomStringConvertible {
    private let value: UInt64

    init(_ value: UInt64) {
        self.value = value
    }

    package var description: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    func write(to output: OutputBuffer) {
        withUnsafeTemporaryAllocation(byteCount: 16, alignment: 1) { digits in
            var rest = value
            for index in stride(from: 15, through: 0, by: -1) {
                let digit = UInt8(truncatingIfNeeded: rest & 15)
                digits[index] = digit < 10 ? UInt8(ascii: "0") &+ digit : UInt8(ascii: "a") &+ digit &- 10
                rest >>= 4
            }
            output.append(UnsafeRawBufferPointer(digits))
        }
    }
}
