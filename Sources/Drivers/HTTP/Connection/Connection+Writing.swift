internal import CLinux
import Chassis
import Glibc

extension Connection {
    var hasUnsent: Bool { unsentOffset < unsent.count || file != nil }

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
        guard unsentOffset == unsent.count else {
            unsent += bytes
            return
        }
        let flags = CInt(MSG_NOSIGNAL) | (file == nil ? 0 : CInt(MSG_MORE))
        let count = Glibc.send(descriptor, bytes.baseAddress, bytes.count, flags)
        if count < 0, errno != EAGAIN {
            close()
            return
        }
        if count < bytes.count {
            unsent = Array(bytes[max(0, count)...])
            unsentOffset = 0
        } else {
            sendFile()
        }
        guard isOpen, hasUnsent else { return }
        startOutputPeriod()
        updateInterest()
    }

    /// Writes queued bytes when the socket is writable again.
    func flush() {
        if unsentOffset < unsent.count {
            let count = unsent.withUnsafeBytes { bytes in
                Glibc.send(
                    descriptor, bytes.baseAddress.map { $0 + unsentOffset }, bytes.count - unsentOffset,
                    CInt(MSG_NOSIGNAL))
            }
            guard count >= 0 else {
                if errno != EAGAIN { close() }
                return
            }
            unsentOffset += count
            progress += count
            guard unsentOffset == unsent.count else { return }
            unsent = []
            unsentOffset = 0
        }
        sendFile()
        guard isOpen, !hasUnsent else { return }
        outputSent()
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

    /// Sends at most 1 MiB of the file per turn, so that a fast client does not occupy the loop.
    private func sendFile() {
        guard var sending = file else { return }
        var offset = off_t(sending.offset)
        let count = sendfile(descriptor, sending.file.descriptor, &offset, min(sending.left, 1 << 20))
        if count < 0, errno == EAGAIN || errno == EINTR { return }
        // Zero bytes: the file is now shorter than the Content-Length that was sent.
        guard count > 0 else {
            close()
            return
        }
        sending.offset = Int(offset)
        sending.left -= count
        progress += count
        file = sending.left > 0 ? sending : nil
    }

    /// Waits until all output is sent, if more than 64 KiB are queued (backpressure).
    func waitUntilSent() async {
        guard isOpen, unsent.count - unsentOffset > 65_536 else { return }
        await withUnsafeContinuation { continuation in
            if isOpen, hasUnsent { outputWaiters.append(continuation) } else { continuation.resume() }
        }
    }
}
