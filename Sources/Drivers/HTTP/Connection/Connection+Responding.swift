import Chassis
import Glibc

extension Connection {
    /// Sends the handler's response. Decides whether the connection stays open if the request's body was not read.
    func respond(with response: Response, to request: Request) {
        var response = response
        if !request.responseHeaders.isEmpty { response.headers += request.responseHeaders }
        server.onResponse(request, response)
        taskFinished()
        switch response.body {
        case .stream(_, let produce), .sized(_, _, let produce): return beginStream(response, produce)
        default: break
        }
        guard isOpen, responseState == .none else { return }
        prepare(response)
        writeHeadAndBody(response)
    }

    /// Responds to a request that no handler sees, and closes: after a malformed request, the position of the next one
    /// is unknown.
    func reject(_ status: Status) {
        guard responseState == .none, !hasUnsent else {
            close()
            return
        }
        keepsAlive = false
        server.metrics.responded(status, after: 0)
        dropRequest()
        state = .responding
        let message = #"{"type":"about:blank","title":"\#(status.phrase)","status":\#(status.rawValue)}"#
        writeHeadAndBody(
            Response(status, body: .bytes(Array(message.utf8), type: "application/problem+json")))
    }

    /// Sends a streamed response. A stream that fails must not look complete: the connection is reset before the last
    /// chunk.
    func stream(_ response: Response, _ produce: @Sendable (ResponseWriter) async throws -> Void) async {
        guard isOpen, responseState == .none else {
            taskFinished()
            return
        }
        prepare(response)
        var length: Int?
        if case .sized(let count, _, _) = response.body { length = count }
        let isChunked = length == nil && isVersion11
        if length == nil, !isVersion11 { keepsAlive = false }
        responseState = .streaming
        write(headOf: response, to: server.output)
        sendOutput()
        let writer = ResponseWriter(connection: self, length: length, isChunked: isChunked)
        do {
            if !isHead { try await produce(writer) }
        } catch {
            taskFinished()
            if isOpen { reset() }
            return
        }
        taskFinished()
        guard isOpen else { return }
        if !isHead {
            guard writer.isComplete else { return reset() }
            writer.finish()
        }
        responseState = .complete
        if isOpen, !hasUnsent { responseSent() }
    }

    private func prepare(_ response: Response) {
        server.metrics.responded(response.status, after: monotonicNanoseconds() - startedAt)
        if server.isDraining || expectsContinue { keepsAlive = false }
        switch state {
        case .body(let left) where left > server.limits.discardBytes: keepsAlive = false
        case .chunks: keepsAlive = false
        default: break
        }
    }

    private func writeHeadAndBody(_ response: Response) {
        responseState = .complete
        let output = server.output
        write(headOf: response, to: output)
        switch response.body {
        case .bytes(let bytes, _) where !isHead: output.append(bytes)
        case .file(let open, let range, _) where !isHead && !range.isEmpty:
            transfer = FileTransfer(open, range)
        case .parts(let open, let parts, _) where !isHead:
            transfer = FileTransfer(open, 0..<0, then: parts[...])
        default: break
        }
        sendOutput()
        if isOpen, !hasUnsent { responseSent() }
    }

    // MARK: After the response

    func responseSent() {
        switch state {
        case .responding:
            if keepsAlive { nextRequest() } else { finish() }
        case .body(let left):
            dropRequest()
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
        requestID = nil
        isHead = false
        isVersion11 = true
        keepsAlive = true
        expectsContinue = false
        responseState = .none
        isReadPaused = false
        setDeadline(in: server.isDraining ? server.limits.drainGraceSeconds : server.limits.idleSeconds)
        updateInterest()
        if !pending.isEmpty {
            let waiting = pending
            pending = []
            waiting.withUnsafeBytes { take($0) }
        }
        // The client sends nothing more, so an incomplete request stays incomplete.
        guard hasReceivedEOF else { return }
        if case .responding = state { return }
        close()
    }

    private func finish() {
        if hasReceivedEOF { close() } else { linger() }
    }

    /// Closes the sending side and reads on for a while (RFC 9112, 9.6): closing with unread input would reset the
    /// connection, and the client might lose the response.
    private func linger() {
        dropRequest()
        state = .lingering(until: server.second + server.limits.stallSeconds)
        pending = []
        progress = 0
        isReadPaused = false
        shutdown(descriptor, CInt(SHUT_WR))
        setDeadline(in: server.limits.lingerSeconds)
        updateInterest()
    }
}
