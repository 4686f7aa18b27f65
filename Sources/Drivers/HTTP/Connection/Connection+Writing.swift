internal import CLinux
import Chassis
import Glibc

extension Connection {
    var hasUnsent: Bool { unsentOffset < unsent.count || file != nil }

    /// Writes the handler's answer. When the body of the request was not read, decides how the connection goes on.
    func answer(_ response: Response) {
        handlerIsDone()
        guard isOpen, !isAnswered else { return }
        server.metrics.answered(response.status, after: monotonicNanoseconds() - startedAt)
        if server.isDraining || owesContinue { keepsAlive = false }
        switch state {
        case .body(let left) where left > server.limits.discardBytes: keepsAlive = false
        case .chunks: keepsAlive = false
        default: break
        }
        if case .stream(let type, let produce) = response.body {
            stream(response, type, produce)
            return
        }
        writeHeadAndBody(response)
    }

    /// An answer that no handler gives: the request cannot be understood, so neither can what follows it.
    func refuse(_ status: Status) {
        keepsAlive = false
        guard !isAnswered, unsent.isEmpty else {
            close()
            return
        }
        server.metrics.answered(status, after: 0)
        request?.interrupt()
        let message = #"{"type":"about:blank","title":"\#(status.phrase)","status":\#(status.rawValue)}"#
        state = .answering
        isAnswered = false
        writeHeadAndBody(
            Response(status, body: .bytes(Array(message.utf8), type: "application/problem+json")))
    }

    private func writeHeadAndBody(_ response: Response) {
        var output = server.output
        server.output = []
        output.removeAll(keepingCapacity: true)
        writeHead(response, to: &output)
        switch response.body {
        case .bytes(let bytes, _) where !isHead: output.append(contentsOf: bytes)
        case .file(let open, let range, _) where !isHead && !range.isEmpty:
            file = (open, range.lowerBound, range.count)
        default: break
        }
        isAnswered = true
        setDeadline(in: server.limits.stallSeconds)
        send(output)
        if output.capacity <= 262_144 { server.output = output }
        if isOpen, !hasUnsent { afterAnswer() }
    }

    private func writeHead(_ response: Response, to output: inout [UInt8]) {
        output.append(contentsOf: "HTTP/1.1 ".utf8)
        output.appendDecimal(response.status.rawValue)
        output.append(UInt8(ascii: " "))
        output.append(contentsOf: response.status.phrase.utf8)
        output.append(contentsOf: "\r\n".utf8)
        output.append(contentsOf: server.dateLine)
        switch response.body {
        case .none:
            if response.status.rawValue != 204, response.status.rawValue != 304 {
                output.append(contentsOf: "Content-Length: 0\r\n".utf8)
            }
        case .bytes(let bytes, let type): writeEntity(type, bytes.count, to: &output)
        case .file(_, let range, let type): writeEntity(type, range.count, to: &output)
        case .stream(let type, _):
            writeLine("Content-Type", type, to: &output)
            if isVersion11 { output.append(contentsOf: "Transfer-Encoding: chunked\r\n".utf8) }
        }
        for (name, value) in response.headers where !value.utf8.contains(where: { $0 < 0x20 && $0 != 0x09 }) {
            writeLine(name, value, to: &output)
        }
        if let requestID {
            output.append(contentsOf: "X-Request-Id: ".utf8)
            requestID.write(to: &output)
            output.append(contentsOf: "\r\n".utf8)
        }
        if !keepsAlive {
            output.append(contentsOf: "Connection: close\r\n".utf8)
        } else if !isVersion11 {
            output.append(contentsOf: "Connection: keep-alive\r\n".utf8)
        }
        output.append(contentsOf: "\r\n".utf8)
    }

    private func writeEntity(_ type: String, _ count: Int, to output: inout [UInt8]) {
        writeLine("Content-Type", type, to: &output)
        output.append(contentsOf: "Content-Length: ".utf8)
        output.appendDecimal(count)
        output.append(contentsOf: "\r\n".utf8)
    }

    private func writeLine(_ name: StaticString, _ value: String, to output: inout [UInt8]) {
        name.withUTF8Buffer { output.append(contentsOf: $0) }
        output.append(contentsOf: ": ".utf8)
        output.append(contentsOf: value.utf8)
        output.append(contentsOf: "\r\n".utf8)
    }

    private func stream(
        _ response: Response, _ type: String, _ produce: @escaping @Sendable (ResponseWriter) async throws -> Void
    ) {
        if !isVersion11 { keepsAlive = false }
        var output: [UInt8] = []
        writeHead(response, to: &output)
        send(output)
        let writer = ResponseWriter(connection: self, isChunked: isVersion11)
        let connection = LoopBound(self, on: loop)
        let skipsBody = isHead
        loop.spawn {
            var isComplete = true
            if !skipsBody {
                do { try await produce(writer) } catch { isComplete = false }
            }
            connection.value.streamEnded(writer, isComplete: isComplete, skipsBody: skipsBody)
        }
    }

    /// A stream that failed must not look complete: the connection is cut before the last chunk.
    private func streamEnded(_ writer: ResponseWriter, isComplete: Bool, skipsBody: Bool) {
        guard isOpen else { return }
        guard isComplete else {
            close()
            return
        }
        if !skipsBody { writer.finish() }
        isAnswered = true
        setDeadline(in: server.limits.stallSeconds)
        if !hasUnsent { afterAnswer() }
    }

    // MARK: The socket

    /// Writes what the socket takes now and keeps the rest.
    func send(_ bytes: [UInt8]) {
        guard isOpen else { return }
        guard unsentOffset == unsent.count else {
            unsent += bytes
            return
        }
        let flags = CInt(MSG_NOSIGNAL) | (file == nil ? 0 : CInt(MSG_MORE))
        let count = bytes.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, flags) }
        if count < 0, errno != EAGAIN {
            close()
            return
        }
        let sent = max(0, count)
        unsent = sent == bytes.count ? [] : Array(bytes[sent...])
        unsentOffset = 0
        if unsent.isEmpty { sendFile() }
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
        guard isOpen else { return }
        updateInterest()
        guard !hasUnsent else { return }
        releaseRoomWaiters()
        if isAnswered { afterAnswer() }
    }

    /// At most 1 MiB a turn, so that a fast client does not hold the loop.
    private func sendFile() {
        guard var sending = file else { return }
        var offset = off_t(sending.offset)
        let count = sendfile(descriptor, sending.file.descriptor, &offset, min(sending.left, 1 << 20))
        if count < 0, errno == EAGAIN { return }
        // Zero bytes: the file has become shorter than what the head promised.
        guard count > 0 else {
            close()
            return
        }
        sending.offset = Int(offset)
        sending.left -= count
        setDeadline(in: server.limits.stallSeconds)
        file = sending.left > 0 ? sending : nil
    }

    /// Waits until less than 64 KiB wait for the client.
    func waitForRoom() async {
        guard isOpen, unsent.count - unsentOffset > 65_536 else { return }
        await withUnsafeContinuation { roomWaiters.append($0) }
    }

    // MARK: What comes next

    func afterAnswer() {
        switch state {
        case .answering:
            if keepsAlive { nextRequest() } else { finish() }
        case .body(let left):
            request?.interrupt()
            request = nil
            if keepsAlive {
                state = .discarding(left: left)
                isReadPaused = false
                setDeadline(in: server.limits.lingerSeconds)
                updateInterest()
            } else {
                linger()
            }
        case .chunks: linger()
        default: break
        }
    }

    func nextRequest() {
        state = .head
        request = nil
        isAnswered = false
        isReadPaused = false
        setDeadline(in: server.isDraining ? server.limits.drainGraceSeconds : server.limits.idleSeconds)
        updateInterest()
        guard !pending.isEmpty else { return }
        let waiting = pending
        pending = []
        waiting.withUnsafeBytes { take($0) }
    }

    private func finish() {
        if peerHasFinished { close() } else { linger() }
    }

    /// Half closes, and reads on for a while: closing with unread input would reset the connection, and the client
    /// might lose the answer.
    private func linger() {
        request?.interrupt()
        request = nil
        state = .lingering
        pending = []
        isReadPaused = false
        shutdown(descriptor, CInt(SHUT_WR))
        setDeadline(in: server.limits.lingerSeconds)
        updateInterest()
    }
}
