internal import CSandbox
import Glibc
import MediaStoring

/// The main program of a helper process, which only decodes pictures for the process that started it.
package enum DecoderMain {
    /// A program whose first argument is this must call ``run()`` before anything else.
    package static let argument = "decode-pictures"

    /// Enters the sandbox, then decodes pictures until the parent closes the socket.
    package static func run() -> Never {
        csandbox_bind_to_parent()
        guard VipsRuntime.start(), Sandbox.enter() else { _exit(EX_UNAVAILABLE) }
        guard HelperStream.write(Sandbox.Restrictions.tested().encoded) else { _exit(EX_IOERR) }
        while let bytes = HelperStream.read(limit: requestLimit),
            let picture = HelperStream.read(limit: PictureLimits.byteCount)
        {
            guard let request = DecodeRequest(decoding: bytes), Sandbox.beginJob() else { _exit(EX_PROTOCOL) }
            guard HelperStream.write(response(to: request, picture).encoded) else { _exit(EX_IOERR) }
        }
        _exit(EX_OK)
    }

    private static let requestLimit = 1_024

    private static func response(to request: DecodeRequest, _ picture: [UInt8]) -> DecodeResponse {
        do {
            return .decoded(try PictureProcessor.decode(picture, as: request.format, into: request.variants))
        } catch {
            return .failed(error)
        }
    }
}

/// The helper process's end of the socket. It uses only `read` and `write`, which the sandbox allows, and waits without
/// a limit: the parent has the deadlines.
enum HelperStream {
    /// - Returns: nil at the end of the stream, or if the frame is larger than the limit.
    static func read(limit: Int) -> [UInt8]? {
        guard let header = readExactly(DecoderProtocol.headerByteCount) else { return nil }
        let count = Int(littleEndian: header)
        return count <= limit ? readExactly(count) : nil
    }

    static func write(_ payload: [UInt8]) -> Bool {
        let frame = DecoderProtocol.framed(payload)
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
