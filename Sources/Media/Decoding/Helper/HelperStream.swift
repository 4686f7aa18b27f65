import Glibc

/// The helper's end of the conversation, with the two system calls that it is allowed: it may wait for ever, its
/// parent does not.
enum HelperStream {
    /// - Returns: nil at the end of the stream, or if the frame is larger than the limit.
    static func read(limit: Int) -> [UInt8]? {
        guard let header = readExactly(DecoderFrames.headerByteCount) else { return nil }
        let count = Int(littleEndian: header)
        return count <= limit ? readExactly(count) : nil
    }

    static func write(_ payload: [UInt8]) -> Bool {
        let frame = DecoderFrames.framed(payload)
        var written = 0
        while written < frame.count {
            let count = frame.withUnsafeBytes { buffer in
                Glibc.write(STDIN_FILENO, buffer.baseAddress.map { $0 + written }, buffer.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            written += count
        }
        return true
    }

    private static func readExactly(_ expected: Int) -> [UInt8]? {
        let bytes = [UInt8](unsafeUninitializedCapacity: expected) { buffer, received in
            while received < expected {
                let count = Glibc.read(STDIN_FILENO, buffer.baseAddress.map { $0 + received }, expected - received)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return }
                received += count
            }
        }
        return bytes.count == expected ? bytes : nil
    }
}
