import Chassis
import MediaStoring

/// Decodes uploaded pictures in a sandboxed helper process of its own, which it starts at the first picture.
///
/// Every call blocks: call on a `BlockingPool`, with one decoder per thread. A second call waits for the first.
/// The helper process ends with the thread that started it; the next call then starts another.
package final class PictureDecoder: Sendable {
    private let helper: DecoderHelper
    private let deadline: UInt64

    /// - Parameters:
    ///   - executable: A program that calls ``DecoderMain/runIfAsked(_:)`` first.
    ///   - deadline: The most wall-clock time for one picture.
    ///   - jobsPerHelper: The number of pictures after which a helper process is replaced, because its heap fragments.
    package init(
        executable: String = DecoderHelper.ownExecutable, deadline: Duration = .seconds(15), jobsPerHelper: Int = 200
    ) {
        helper = DecoderHelper(executable, DecoderMain.pictures, jobs: jobsPerHelper)
        self.deadline = deadline.nanoseconds
    }

    /// Makes variants of a picture. The first frame of an animation is used.
    package func decode(
        _ picture: [UInt8], into variants: [PictureVariant] = PictureVariant.all
    ) throws(MediaFailure) -> DecodedPicture {
        guard picture.count <= PictureLimits.byteCount else { throw .tooLarge(.bytes(picture.count)) }
        let kind = MediaKind(sniffing: picture)
        guard let format = kind.pictureFormat else { throw .unsupportedType(kind) }
        let request = DecodeRequest(format: format, variants: variants)
        let limit = DecoderProtocol.responseLimit(for: variants)
        let response = try helper.exchange(limit: limit, within: deadline) {
            channel, deadline throws(DecoderChannel.Failure) in
            try channel.send(request.encoded, until: deadline)
            try channel.send(picture, until: deadline)
        } checking: { bytes in
            DecodeResponse(checking: bytes, for: request)
        }
        switch response {
        case .decoded(let picture): return picture
        case .failed(let failure): throw failure
        }
    }

    /// The id of the process that decodes the next picture; nil if it will be a new one. Waits for a running call.
    package var helperIdentifier: Int32? { helper.identifier }
}
