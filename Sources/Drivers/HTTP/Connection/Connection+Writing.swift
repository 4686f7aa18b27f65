internal import CLinux
import Chassis
import Glibc

extension Connection {
    var hasUnsent: Bool { unsentOffset < unsent.count || file != nil }

    /// Sends what is in the loop's buffer, and empties it.
    func sendOutput() {
        send(server.output.bytes)
        server.output.clear()
    }

    func send(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { send($0) }
    }

    /// Writes what the socket takes now and keeps the rest, which the client must begin to take within the stall limit.
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
        setDeadline(in: server.limits.stallSeconds)
        updateInterest()
    }

    /// The socket has room again.
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
            setDeadline(in: server.limits.stallSeconds)
            guard unsentOffset == unsent.count else { return }
            unsent = []
            unsentOffset = 0
        }
        sendFile()
        guard isOpen, !hasUnsent else { return }
        everythingIsSent()
    }

    private func everythingIsSent() {
        updateInterest()
        releaseRoomWaiters()
        if answer == .complete {
            afterAnswer()
        } else if case .answering = state {
            suspendDeadline()
        }
    }

    /// At most 1 MiB a turn, so that a fast client does not hold the loop.
    private func sendFile() {
        guard var sending = file else { return }
        var offset = off_t(sending.offset)
        let count = sendfile(descriptor, sending.file.descriptor, &offset, min(sending.left, 1 << 20))
        if count < 0, errno == EAGAIN || errno == EINTR { return }
        // Zero bytes: the file has become shorter than what the head promised.
        guard count > 0 else {
            close()
            return
        }
        sending.offset = Int(offset)
        sending.left -= count
        file = sending.left > 0 ? sending : nil
        if file != nil { setDeadline(in: server.limits.stallSeconds) }
    }

    /// Waits until everything is sent, if more than 64 KiB are not.
    func waitForRoom() async {
        guard isOpen, unsent.count - unsentOffset > 65_536 else { return }
        await withUnsafeContinuation { continuation in
            if isOpen, hasUnsent { roomWaiters.append(continuation) } else { continuation.resume() }
        }
    }
}
