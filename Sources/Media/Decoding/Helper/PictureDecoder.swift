import Chassis
import MediaStoring
import Synchronization

/// Decodes uploaded pictures in a sandboxed helper process of its own, which it starts at the first picture.
///
/// Every call blocks: call on a `BlockingPool`, with one decoder per thread. A second call waits for the first.
/// The helper process ends with the thread that started it; the next call then starts another.
package final class PictureDecoder: Sendable {
    /// The running program, even if its file was replaced after the start.
    package static let ownExecutable = "/proc/self/exe"

    private struct Slot: ~Copyable {
        var helper: DecoderProcess?
    }

    private let executable: String
    private let deadline: UInt64
    private let jobsPerHelper: Int
    private let slot = Mutex(Slot())

    /// - Parameters:
    ///   - executable: A program that calls ``DecoderMain/run()`` if its first argument is ``DecoderMain/argument``.
    ///   - deadline: The most wall-clock time for one picture.
    ///   - jobsPerHelper: The number of pictures after which a helper process is replaced, because its heap fragments.
    package init(
        executable: String = PictureDecoder.ownExecutable, deadline: Duration = .seconds(15), jobsPerHelper: Int = 200
    ) {
        self.executable = executable
        self.deadline = deadline.nanoseconds
        self.jobsPerHelper = jobsPerHelper
    }

    /// Makes variants of a picture. The first frame of an animation is used.
    package func decode(
        _ picture: [UInt8], into variants: [PictureVariant] = PictureVariant.all
    ) throws(MediaFailure) -> DecodedPicture {
        guard picture.count <= PictureLimits.byteCount else { throw .tooLarge(.bytes(picture.count)) }
        let kind = MediaKind(sniffing: picture)
        guard let format = kind.pictureFormat else { throw .unsupportedType(kind) }
        let request = DecodeRequest(format: format, variants: variants)
        return try slot.withLock { slot throws(MediaFailure) in
            // Put back only after a response: a helper process that failed is destroyed and so killed.
            var helper = try usable(slot.helper.take())
            let response = try helper.decode(picture, request, until: monotonicNanoseconds() + deadline)
            if helper.jobs < jobsPerHelper { slot.helper = consume helper }
            switch response {
            case .decoded(let picture): return picture
            case .failed(let failure): throw failure
            }
        }
    }

    /// The id of the process that decodes the next picture; nil if it will be a new one. Waits for a running call.
    package var helperIdentifier: Int32? {
        slot.withLock { slot in
            switch slot.helper {
            case .some(let helper): helper.identifier
            case .none: nil
            }
        }
    }

    private func usable(_ helper: consuming DecoderProcess?) throws(MediaFailure) -> DecoderProcess {
        if let helper, helper.channel.isIdle { return helper }
        return try DecoderProcess.start(executable)
    }
}
