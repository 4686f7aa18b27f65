internal import CAVFormat
internal import CSandbox
import Chassis
import Glibc
import MediaStoring

/// The main program of a helper process, which only decodes pictures, or only audio, for the process that started it.
package enum DecoderMain {
    /// The first argument of a helper process for pictures.
    static let pictures = "decode-pictures"
    /// The first argument of a helper process for audio.
    static let audio = "decode-audio"

    /// Becomes a helper process if the first argument says so; then it does not return. Call before anything else.
    package static func runIfAsked(_ arguments: [String]) {
        switch arguments.dropFirst().first {
        case pictures: decodePictures()
        case audio: decodeAudio()
        default: return
        }
    }

    /// Enters the sandbox, then decodes pictures until the parent closes the socket.
    private static func decodePictures() -> Never {
        csandbox_bind_to_parent()
        guard VipsRuntime.start() else { _exit(EX_UNAVAILABLE) }
        enterSandbox()
        while let bytes = HelperStream.read(limit: requestLimit),
            let picture = HelperStream.read(limit: PictureLimits.byteCount)
        {
            guard let request = DecodeRequest(decoding: bytes), Sandbox.beginJob(seconds: Sandbox.secondsPerPicture)
            else { _exit(EX_PROTOCOL) }
            guard HelperStream.write(response(to: request, picture).encoded) else { _exit(EX_IOERR) }
        }
        _exit(EX_OK)
    }

    /// Enters the sandbox, then reads tracks until the parent closes the socket.
    private static func decodeAudio() -> Never {
        csandbox_bind_to_parent()
        av_log_set_level(AV_LOG_QUIET)
        enterSandbox()
        while let (bytes, file) = HelperStream.readWithDescriptor(limit: requestLimit) {
            guard let request = AudioRequest(decoding: bytes), file >= 0,
                Sandbox.beginJob(seconds: UInt64(request.seconds))
            else { _exit(EX_PROTOCOL) }
            guard HelperStream.write(response(to: request, file).encoded) else { _exit(EX_IOERR) }
            close(file)
        }
        _exit(EX_OK)
    }

    /// Reports to the parent what the sandbox forbids.
    private static func enterSandbox() {
        guard Sandbox.enter() else { _exit(EX_UNAVAILABLE) }
        guard HelperStream.write(Sandbox.Restrictions.tested().encoded) else { _exit(EX_IOERR) }
    }

    private static let requestLimit = 1_024

    private static func response(to request: AudioRequest, _ file: Int32) -> AudioResponse {
        let source = AudioSource(
            descriptor: file, byteCount: request.byteCount, budget: AudioLimits.openingBytes,
            deadline: monotonicNanoseconds() + UInt64(request.seconds) * 1_000_000_000)
        do {
            return switch request.operation {
            case .probe: .probed(try AudioProber.probe(source))
            case .analyse: .analysed(try AudioAnalyser.analyse(source))
            }
        } catch {
            // What stopped reading is the cause of what it made of the file.
            return .failed(source.failure ?? error)
        }
    }

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

    /// Reads a frame and the descriptor that was sent with it, which is -1 if none was.
    static func readWithDescriptor(limit: Int) -> (bytes: [UInt8], file: Int32)? {
        var header = [UInt8](repeating: 0, count: DecoderProtocol.headerByteCount)
        var file: Int32 = -1
        var received = 0
        while received < header.count {
            var descriptor: Int32 = -1
            let count = header.withUnsafeMutableBytes { buffer in
                csandbox_receive_descriptor(
                    STDIN_FILENO, buffer.baseAddress.map { $0 + received }, buffer.count - received, &descriptor)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return nil }
            if descriptor >= 0 { file = descriptor }
            received += count
        }
        let count = Int(littleEndian: header[...])
        guard count <= limit, let bytes = readExactly(count) else { return nil }
        return (bytes, file)
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
