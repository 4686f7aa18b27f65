package import Chassis

/// A request as a handler sees it. Everything happens on ``loop``. A class, so that handing it from one asynchronous
/// function to the next copies one reference and their frames stay small.
///
/// `@unchecked Sendable`: only its loop changes it, and the task of its handler, which runs there.
package final class Request: @unchecked Sendable {
    package let head: RequestHead
    package let body: RequestBody
    package let loop: EventLoop
    /// What the log and `X-Request-Id` call it.
    package let id: RequestID
    /// The address of the peer, without its port.
    package let peer: String
    /// The values of the route's parameters, percent-decoded, in the order of the path.
    var parameters: [String] = []
    /// Their names, in the same order.
    var parameterNames: [String] = []
    /// Headers that its answer will carry, whatever answer that is.
    package var answerHeaders: [(name: StaticString, value: String)] = []

    init(head: RequestHead, body: RequestBody, loop: EventLoop, id: RequestID, peer: String) {
        self.head = head
        self.body = body
        self.loop = loop
        self.id = id
        self.peer = peer
    }

    /// A parameter of the route.
    package func parameter(_ name: String) -> String {
        guard let index = parameterNames.firstIndex(of: name), parameters.indices.contains(index) else {
            preconditionFailure("the route has no parameter \(name)")
        }
        return parameters[index]
    }

    /// The method; unknown ones never reach a handler.
    package var method: Method { head.method ?? .get }

    /// The path as it came.
    package var path: String { String(decoding: head.rawPath, as: UTF8.self) }

    /// The first value of a query parameter, decoded; nil when it is absent or not valid percent-encoding.
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

/// Names one request in every log line: random for the process, counted within it.
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
