import Chassis
import MediaStoring
import Synchronization

/// Decodes uploaded pictures in a helper process of its own, which is started at the first picture.
///
/// Every call blocks: call on a `BlockingPool`, with one decoder per thread. A second call waits for the first.
/// The helper dies with the thread that started it; the next call then starts another.
package final class PictureDecoder: Sendable {
    /// This program again, even if its file was replaced meanwhile.
    package static let ownExecutable = "/proc/self/exe"

    private struct Slot: ~Copyable {
        var helper: DecoderProcess?
    }

    private let executable: String
    private let deadline: UInt64
    private let jobsPerHelper: Int
    private let slot = Mutex(Slot())

    /// - Parameters:
    ///   - executable: A program that calls ``DecoderMain/run()`` when told so.
    ///   - deadline: How long one picture may take, by the clock.
    ///   - jobsPerHelper: A helper is replaced after so many pictures, before its memory is in pieces.
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
        let order = DecoderOrder(format: format, variants: variants)
        return try slot.withLock { slot throws(MediaFailure) in
            // Taken out, and put back only after an answer: a helper that failed is dropped and so killed.
            var helper = try usable(slot.helper.take())
            let reply = try helper.decode(picture, order, until: monotonicNanoseconds() + deadline)
            if helper.jobs < jobsPerHelper { slot.helper = consume helper }
            switch reply {
            case .decoded(let picture): return picture
            case .failed(let failure): throw failure
            }
        }
    }

    /// The process that will decode the next picture; nil if it will be a new one. Waits for a running call.
    package var helperIdentifier: Int32? {
        slot.withLock { slot in
            switch slot.helper {
            case .some(let helper): helper.identifier
            case .none: nil
            }
        }
    }

    private func usable(_ helper: consuming DecoderProcess?) throws(MediaFailure) -> DecoderProcess {
        if let helper, helper.channel.isQuiet { return helper }
        return try DecoderProcess.start(executable)
    }
}
