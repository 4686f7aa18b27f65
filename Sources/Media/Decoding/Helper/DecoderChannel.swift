import Chassis
import Glibc

/// The parent's end of the conversation: no call lasts longer than its deadline, whatever the helper does.
struct DecoderChannel: ~Copyable {
    enum Failure: Error {
        case timedOut
        /// The helper is gone.
        case closed
        /// The helper announced more than it may send.
        case oversized
    }

    private let descriptor: Int32

    init(owning descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Nothing is expected between two jobs: whatever can be read then, bytes or an end, is a helper to replace.
    var isQuiet: Bool {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&waiting, 1, 0) == 0
    }

    /// Sends a frame. The deadline is on the clock of `monotonicNanoseconds()`.
    func send(_ payload: [UInt8], until deadline: UInt64) throws(Failure) {
        var header: [UInt8] = []
        header.appendNumber(payload.count)
        try sendAll(header, until: deadline)
        try sendAll(payload, until: deadline)
    }

    /// Receives a frame, but none that is larger than the limit.
    func receive(limit: Int, until deadline: UInt64) throws(Failure) -> [UInt8] {
        let count = Int(littleEndian: try receiveExactly(DecoderFrames.headerByteCount, until: deadline))
        guard count <= limit else { throw .oversized }
        return try receiveExactly(count, until: deadline)
    }

    private func sendAll(_ bytes: [UInt8], until deadline: UInt64) throws(Failure) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Glibc.send(
                    descriptor, buffer.baseAddress.map { $0 + sent }, buffer.count - sent,
                    Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
            }
            sent += try progress(count, waitingFor: POLLOUT, until: deadline)
        }
    }

    private func receiveExactly(_ expected: Int, until deadline: UInt64) throws(Failure) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: expected)
        var received = 0
        while received < expected {
            let count = bytes.withUnsafeMutableBytes { buffer in
                recv(
                    descriptor, buffer.baseAddress.map { $0 + received }, buffer.count - received,
                    Int32(MSG_DONTWAIT))
            }
            if count == 0 { throw .closed }
            received += try progress(count, waitingFor: POLLIN, until: deadline)
        }
        return bytes
    }

    /// Turns the result of a call that does not wait into bytes moved, after a wait if there were none.
    private func progress(_ count: Int, waitingFor event: Int32, until deadline: UInt64) throws(Failure) -> Int {
        if count >= 0 { return count }
        guard errno == EAGAIN || errno == EINTR else { throw .closed }
        let now = monotonicNanoseconds()
        guard now < deadline else { throw .timedOut }
        var waiting = pollfd(fd: descriptor, events: Int16(event), revents: 0)
        // One millisecond more than is left: rounding down would turn the last one into a busy loop.
        let milliseconds = min((deadline - now) / 1_000_000 + 1, UInt64(Int32.max))
        if poll(&waiting, 1, Int32(milliseconds)) < 0, errno != EINTR { throw .closed }
        return 0
    }
}
