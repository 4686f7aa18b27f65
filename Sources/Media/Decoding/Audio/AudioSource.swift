import Chassis
import Glibc

/// The bytes of a track: an open file, read by position, within a deadline. A failure is kept, because the calls of C
/// that read through it cannot throw.
final class AudioSource {
    let byteCount: Int
    /// Why reading stopped before the end of the file.
    private(set) var failure: MediaFailure?
    /// The most further bytes that may be read.
    private var budget: Int
    private let descriptor: Int32
    /// On the clock of `monotonicNanoseconds()`.
    private let deadline: UInt64
    private let window = UnsafeMutableRawBufferPointer.allocate(byteCount: AudioSource.windowSize, alignment: 16)
    private var windowOffset = 0
    private var windowCount = 0

    /// Large enough that a call of the system costs little, small enough for a processor's second cache.
    private static let windowSize = 128 << 10

    init(descriptor: Int32, byteCount: Int, budget: Int, deadline: UInt64) {
        self.descriptor = descriptor
        self.byteCount = byteCount
        self.budget = budget
        self.deadline = deadline
    }

    deinit { window.deallocate() }

    /// Permits so many more bytes.
    func extendBudget(by count: Int) { budget += count }

    /// Whether the deadline has passed; then reading has failed.
    var isOverdue: Bool {
        if failure == nil, monotonicNanoseconds() >= deadline { failure = .timeout }
        return failure == .timeout
    }

    /// Throws the reason why reading stopped early, if it did.
    func check() throws(MediaFailure) {
        if isOverdue { throw .timeout }
        if let failure { throw failure }
    }

    /// Reads bytes at an offset.
    /// - Returns: How many: 0 at the end of the file, and after a failure.
    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(buffer.count, byteCount - offset)
        guard count > 0, offset >= 0, !isOverdue, failure == nil else { return 0 }
        guard count <= budget else {
            failure = .corrupt(detail: "the container needs too many bytes")
            return 0
        }
        var received = 0
        while received < count {
            let result = pread(
                descriptor, buffer.baseAddress.map { $0 + received }, count - received, off_t(offset + received))
            if result < 0, errno == EINTR { continue }
            if result < 0 { failure = .unreadable(code: errno) }
            if result <= 0 { break }
            received += result
        }
        budget -= received
        return received
    }

    /// Returns a view of the bytes at an offset, valid until the next call: at least `count`, at most
    /// half a window, and all that the window has; nil past the end of the file.
    func view(at offset: Int, _ count: Int) -> UnsafeRawBufferPointer? {
        guard offset >= 0, offset + count <= byteCount else { return nil }
        if offset < windowOffset || offset + count > windowOffset + windowCount {
            windowOffset = offset
            windowCount = read(at: offset, into: window)
            guard windowCount >= count else { return nil }
        }
        let start = offset - windowOffset
        return UnsafeRawBufferPointer(rebasing: window[start..<windowCount])
    }

    /// Returns copies of the bytes at an offset: fewer at the end of the file.
    func bytes(at offset: Int, _ count: Int) -> [UInt8] {
        let available = max(0, min(count, byteCount - offset))
        return view(at: offset, available).map { Array($0.prefix(available)) } ?? []
    }

    /// Returns the position of the next byte of a value; nil if there is none.
    func position(of value: UInt8, from offset: Int) -> Int? {
        var offset = offset
        while let view = view(at: offset, 1) {
            if let start = view.baseAddress, let found = memchr(start, Int32(value), view.count) {
                return offset + (UnsafeRawPointer(found) - start)
            }
            offset += view.count
        }
        return nil
    }
}
