internal import CLLHTTP

/// Parses one chunked body (RFC 9112, 7.1) with the llhttp state that parsed its head. Chunk sizes, extensions and
/// trailers are discarded and bounded.
final class ChunkedParser {
    enum Step {
        case more
        /// The body ended; `used` bytes of the input belonged to it.
        case finished(used: Int)
        case malformed
    }

    private var parser: llhttp_t
    private let settings = UnsafeMutablePointer<llhttp_settings_t>.allocate(capacity: 1)
    private var isFinished = false
    private var payload: [UInt8] = []
    private var total = 0
    private var payloadTotal = 0

    init(continuing state: llhttp_t) {
        parser = state
        llhttp_settings_init(settings)
        settings.pointee.on_body = { parser, at, count in
            ChunkedParser.of(parser)?.appendPayload(UnsafeRawBufferPointer(start: at, count: count))
            return 0
        }
        settings.pointee.on_message_complete = { parser in
            ChunkedParser.of(parser)?.isFinished = true
            return CInt(HPE_PAUSED.rawValue)
        }
        parser.settings = UnsafeMutableRawPointer(settings)
    }

    deinit {
        settings.deallocate()
    }

    /// Parses input; the payload found waits for ``takePayload()``.
    func feed(_ input: UnsafeRawBufferPointer) -> Step {
        parser.data = Unmanaged.passUnretained(self).toOpaque()
        let start = input.baseAddress?.assumingMemoryBound(to: CChar.self)
        let result = llhttp_execute(&parser, start, input.count)
        if isFinished, let start, let end = llhttp_get_error_pos(&parser) {
            return .finished(used: end - start)
        }
        total += input.count
        // One-byte chunks are legal; endless extensions and trailers are an attack.
        guard result == HPE_OK, total - payloadTotal <= 16_384 + 8 * payloadTotal else { return .malformed }
        return .more
    }

    /// Returns the payload of the last ``feed(_:)``, of all its chunks in one array: small chunks shall not cost an
    /// array each.
    func takePayload() -> [UInt8] {
        defer { payload = [] }
        return payload
    }

    private static func of(_ parser: UnsafeMutablePointer<llhttp_t>?) -> ChunkedParser? {
        parser?.pointee.data.map { Unmanaged<ChunkedParser>.fromOpaque($0).takeUnretainedValue() }
    }

    private func appendPayload(_ bytes: UnsafeRawBufferPointer) {
        payload.append(contentsOf: bytes)
        payloadTotal += bytes.count
    }
}
