internal import CSandbox
import Chassis
import Glibc

/// The parent's end of the socket to a helper process. No call lasts longer than its deadline, whatever the helper
/// does.
struct DecoderChannel: ~Copyable {
    enum Failure: Error {
        case timedOut
        /// The helper process has ended or has closed its end.
        case closed
        /// The helper announced a frame larger than the limit.
        case oversized
    }

    private let descriptor: Int32

    init(owning descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Whether nothing can be read. Between two jobs a helper sends nothing: bytes, or the end of the stream, mean that
    /// it must be replaced.
    var isIdle: Bool {
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

    /// Sends a frame together with a descriptor, of which the helper gets a copy.
    func send(_ payload: [UInt8], with file: Int32, until deadline: UInt64) throws(Failure) {
        let frame = DecoderProtocol.framed(payload)
        var sent = 0
        while sent == 0 {
            let count = frame.withUnsafeBytes { buffer in
                csandbox_send_descriptor(descriptor, buffer.baseAddress, buffer.count, file)
            }
            sent = try progress(count, waitingFor: POLLOUT, until: deadline)
        }
        try sendAll(Array(frame.dropFirst(sent)), until: deadline)
    }

    /// Receives a frame of at most `limit` bytes.
    func receive(limit: Int, until deadline: UInt64) throws(Failure) -> [UInt8] {
        let count = Int(littleEndian: try receiveExactly(DecoderProtocol.headerByteCount, until: deadline))
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

    /// Returns the number of bytes that a non-blocking call moved, and waits for the socket if it moved none.
    private func progress(_ count: Int, waitingFor event: Int32, until deadline: UInt64) throws(Failure) -> Int {
        if count >= 0 { return count }
        guard errno == EAGAIN || errno == EINTR else { throw .closed }
        let now = monotonicNanoseconds()
        guard now < deadline else { throw .timedOut }
        var waiting = pollfd(fd: descriptor, events: Int16(event), revents: 0)
        // One millisecond more than remains: rounding down would turn the last one into a busy loop.
        let milliseconds = min((deadline - now) / 1_000_000 + 1, UInt64(Int32.max))
        if poll(&waiting, 1, Int32(milliseconds)) < 0, errno != EINTR { throw .closed }
        return 0
    }
}
