import MediaStoring

/// What the helper answers to a job.
enum DecoderReply {
    case decoded(DecodedPicture)
    case failed(MediaFailure)

    /// As the helper sends it. It reports only failures that are the picture's.
    var encoded: [UInt8] {
        switch self {
        case .decoded(let picture): Self.encoded(picture)
        case .failed(.tooLarge(.pixels(let width, let height))): Self.encoded(width, height, frames: 1)
        case .failed(.tooLarge(.frames(let count, let width, let height))): Self.encoded(width, height, frames: count)
        case .failed(.corrupt(let detail)):
            [DecoderFrames.corrupt] + detail.utf8.prefix(DecoderFrames.corruptTextLimit)
        case .failed: [DecoderFrames.corrupt]
        }
    }

    private static func encoded(_ picture: DecodedPicture) -> [UInt8] {
        var bytes = [DecoderFrames.decoded]
        bytes.appendNumber(picture.report.width)
        bytes.appendNumber(picture.report.height)
        bytes.appendNumber(picture.report.frames)
        for variant in picture.variants {
            bytes.appendNumber(variant.width)
            bytes.appendNumber(variant.height)
            bytes.appendNumber(variant.bytes.count)
            bytes += variant.bytes
        }
        return bytes
    }

    private static func encoded(_ width: Int, _ height: Int, frames: Int) -> [UInt8] {
        var bytes = [DecoderFrames.tooLarge]
        bytes.appendNumber(width)
        bytes.appendNumber(height)
        bytes.appendNumber(frames)
        return bytes
    }
}
