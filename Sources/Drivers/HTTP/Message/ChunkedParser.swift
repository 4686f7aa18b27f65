internal import CLLHTTP

/// Reads the chunks of one body with the llhttp state that read its head. What is not body (sizes, extensions,
/// trailers) is thrown away and bounded.
final class ChunkedParser {
    enum Step {
        case more
        /// The body is over; so many bytes of the input belonged to it.
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
            ChunkedParser.of(parser)?.noteBody(UnsafeRawBufferPointer(start: at, count: count))
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

    /// Reads on; what it finds of the body waits for ``takePayload()``.
    func feed(_ input: UnsafeRawBufferPointer) -> Step {
        parser.data = Unmanaged.passUnretained(self).toOpaque()
        let start = input.baseAddress?.assumingMemoryBound(to: CChar.self)
        let result = llhttp_execute(&parser, start, input.count)
        if isFinished, let start, let end = llhttp_get_error_pos(&parser) {
            return .finished(used: end - start)
        }
        total += input.count
        // One-byte chunks with sizes of their own are legal, endless extensions and trailers are an attack.
        guard result == HPE_OK, total - payloadTotal <= 16_384 + 8 * payloadTotal else { return .malformed }
        return .more
    }

    /// What the last call of ``feed(_:)`` found, of all chunks together: many small ones shall not be many arrays.
    func takePayload() -> [UInt8] {
        defer { payload = [] }
        return payload
    }

    private static func of(_ parser: UnsafeMutablePointer<llhttp_t>?) -> ChunkedParser? {
        parser?.pointee.data.map { Unmanaged<ChunkedParser>.fromOpaque($0).takeUnretainedValue() }
    }

    private func noteBody(_ bytes: UnsafeRawBufferPointer) {
        payload.append(contentsOf: bytes)
        payloadTotal += bytes.count
    }
}
