internal import CAVFormat
import Glibc

/// Lets libavformat read an ``AudioSource``: no path, no address, nothing to open a second time.
///
/// The AVIO has an unretained pointer to this object, which ``Demuxer`` keeps longer than the AVIO.
final class AVIOReader {
    private let source: AudioSource
    private var position = 0

    init(_ source: AudioSource) {
        self.source = source
    }

    /// - Returns: An AVIO, whose owner frees it together with its buffer; nil without memory.
    func open() -> UnsafeMutablePointer<AVIOContext>? {
        guard let buffer = av_malloc(Self.bufferSize) else { return nil }
        let input = avio_alloc_context(
            buffer.assumingMemoryBound(to: UInt8.self), Int32(Self.bufferSize), 0, opaque,
            { AVIOReader.of($0).read($1, $2) }, nil, { AVIOReader.of($0).seek($1, $2) })
        if input == nil { av_free(buffer) }
        return input
    }

    /// Ends long work of libavformat at the deadline.
    var interruption: AVIOInterruptCB {
        AVIOInterruptCB(callback: { AVIOReader.of($0).source.isOverdue ? 1 : 0 }, opaque: opaque)
    }

    private static let bufferSize = 32 << 10

    private var opaque: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

    private static func of(_ opaque: UnsafeMutableRawPointer?) -> AVIOReader {
        guard let opaque else { preconditionFailure("the AVIO has its reader") }
        return Unmanaged<AVIOReader>.fromOpaque(opaque).takeUnretainedValue()
    }

    private func read(_ buffer: UnsafeMutablePointer<UInt8>?, _ count: Int32) -> Int32 {
        let received = source.read(at: position, into: UnsafeMutableRawBufferPointer(start: buffer, count: Int(count)))
        position += received
        return received > 0 ? Int32(received) : cavformat_end_of_file
    }

    private func seek(_ offset: Int64, _ origin: Int32) -> Int64 {
        let base: Int
        switch origin & ~AVSEEK_FORCE {
        case AVSEEK_SIZE: return Int64(source.byteCount)
        case SEEK_SET: base = 0
        case SEEK_CUR: base = position
        case SEEK_END: base = source.byteCount
        default: return Int64(cavformat_error(EINVAL))
        }
        let (target, overflow) = Int64(base).addingReportingOverflow(offset)
        guard !overflow, target >= 0 else { return Int64(cavformat_error(EINVAL)) }
        position = Int(target)
        return target
    }
}
