internal import CSandbox
import Glibc
import MediaStoring

/// The helper's side: a program that only decodes pictures for the process that started it.
package enum DecoderMain {
    /// A program whose first argument is this must call ``run()`` before anything else.
    package static let argument = "decode-pictures"

    /// Locks itself in, then serves until the parent hangs up.
    package static func run() -> Never {
        csandbox_bind_to_parent()
        guard VipsRuntime.start(), Sandbox.enter() else { _exit(EX_UNAVAILABLE) }
        guard HelperStream.write(Sandbox.Doors.tried().encoded) else { _exit(EX_IOERR) }
        while let order = HelperStream.read(limit: orderLimit),
            let picture = HelperStream.read(limit: PictureLimits.byteCount)
        {
            guard let order = DecoderOrder(decoding: order), Sandbox.beginJob() else { _exit(EX_PROTOCOL) }
            guard HelperStream.write(answer(order, picture).encoded) else { _exit(EX_IOERR) }
        }
        _exit(EX_OK)
    }

    private static let orderLimit = 1_024

    private static func answer(_ order: DecoderOrder, _ picture: [UInt8]) -> DecoderReply {
        do {
            return .decoded(try PictureWorkshop.decode(picture, as: order.format, into: order.variants))
        } catch {
            return .failed(error)
        }
    }
}
