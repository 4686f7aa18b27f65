internal import CLinux
import Chassis
import Glibc

extension Connection {
    /// Bytes that one turn of the loop sends, so that a fast client does not occupy the loop.
    private static let bytesPerTurn = 1 << 20

    var hasUnsent: Bool { !unsent.isEmpty || transfer != nil }

    /// Sends the loop's output buffer and clears it.
    func sendOutput() {
        send(server.output.bytes)
        server.output.clear()
    }

    func send(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { send($0) }
    }

    /// Writes as much as the socket accepts now and queues the rest, which the client must read at the least rate.
    func send(_ bytes: UnsafeRawBufferPointer) {
        guard isOpen else { return }
        guard unsent.isEmpty else {
            queue(bytes)
            return
        }
        let count = Glibc.send(descriptor, bytes.baseAddress, bytes.count, sendFlags)
        if count < 0, errno != EAGAIN {
            close()
            return
        }
        if count < bytes.count {
            queue(bytes[max(0, count)...])
        } else {
            sendQueued()
        }
        guard isOpen, hasUnsent else { return }
        startOutputPeriod()
        updateInterest()
    }

    /// Goes on when the socket is writable again.
    func flush() {
        sendQueued()
        guard isOpen, !hasUnsent else { return }
        outputSent()
    }

    /// Sends queued bytes and the file, until the socket takes no more or the turn's share is sent.
    private func sendQueued() {
        var left = Self.bytesPerTurn
        while left > 0, isOpen, hasUnsent {
            let count = unsent.isEmpty ? sendFile(atMost: left) : sendUnsent()
            guard count > 0 else { return }
            progress += count
            left -= count
        }
    }

    /// More of the response follows at once: the kernel need not send a packet for its head alone.
    private var sendFlags: CInt { CInt(MSG_NOSIGNAL) | (transfer == nil ? 0 : CInt(MSG_MORE)) }

    /// - Returns: The number of bytes sent; zero if the socket takes none, or the connection is closed.
    private func sendUnsent() -> Int {
        let count = unsent.withUnsafeBytes { bytes in
            Glibc.send(
                descriptor, bytes.baseAddress.map { $0 + unsentOffset }, bytes.count - unsentOffset, sendFlags)
        }
        guard count >= 0 else {
            if errno != EAGAIN { close() }
            return 0
        }
        unsentOffset += count
        if unsentOffset == unsent.count { releaseUnsent() }
        return count
    }

    /// - Returns: The number of bytes sent or queued; zero if the socket takes none, or the connection is closed.
    private func sendFile(atMost limit: Int) -> Int {
        guard let transfer else { return 0 }
        if let leading = transfer.takeLeading() {
            queue(leading)
            if transfer.isComplete { self.transfer = nil }
            return sendUnsent()
        }
        var offset = off_t(transfer.range.lowerBound)
        let count = sendfile(descriptor, transfer.file.descriptor, &offset, min(transfer.range.count, limit))
        if count < 0, errno == EAGAIN || errno == EINTR { return 0 }
        // Zero bytes: the file is now shorter than the Content-Length that was sent.
        guard count > 0 else {
            close()
            return 0
        }
        transfer.advance(by: count)
        if transfer.isComplete { self.transfer = nil }
        return count
    }

    private func outputSent() {
        updateInterest()
        resumeOutputWaiters()
        if responseState == .complete {
            responseSent()
        } else if case .responding = state {
            suspendDeadline()
        } else {
            progress = 0
            setDeadline(in: server.limits.stallSeconds)
        }
    }

    /// Waits until all output is sent, if more than 64 KiB are queued (backpressure).
    func waitUntilSent() async {
        guard isOpen, unsent.count - unsentOffset > 65_536 else { return }
        await withUnsafeContinuation { continuation in
            if isOpen, hasUnsent { outputWaiters.append(continuation) } else { continuation.resume() }
        }
    }
}
