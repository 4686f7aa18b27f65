import Chassis
import Glibc

extension Connection {
    /// Writes the handler's answer. When the body of the request was not read, decides how the connection goes on.
    func give(_ response: Response, to request: Request) {
        var response = response
        if !request.answerHeaders.isEmpty { response.headers += request.answerHeaders }
        server.onAnswer(request, response)
        taskIsDone()
        if case .stream(_, let produce) = response.body { return beginStream(response, produce) }
        guard isOpen, answer == .none else { return }
        prepare(response)
        writeHeadAndBody(response)
    }

    /// An answer that no handler gives: the request cannot be understood, so neither can what follows it.
    func refuse(_ status: Status) {
        guard answer == .none, !hasUnsent else {
            close()
            return
        }
        keepsAlive = false
        server.metrics.answered(status, after: 0)
        dropRequest()
        state = .answering
        let message = #"{"type":"about:blank","title":"\#(status.phrase)","status":\#(status.rawValue)}"#
        writeHeadAndBody(
            Response(status, body: .bytes(Array(message.utf8), type: "application/problem+json")))
    }

    /// Sends an answer that is written while it is sent. A stream that fails must not look complete: the connection is
    /// cut before the last chunk.
    func stream(_ response: Response, _ produce: @Sendable (ResponseWriter) async throws -> Void) async {
        guard isOpen, answer == .none else {
            taskIsDone()
            return
        }
        prepare(response)
        if !isVersion11 { keepsAlive = false }
        answer = .streaming
        write(headOf: response, to: server.output)
        sendOutput()
        let writer = ResponseWriter(connection: self, isChunked: isVersion11)
        do {
            if !isHead { try await produce(writer) }
        } catch {
            taskIsDone()
            if isOpen { reset() }
            return
        }
        taskIsDone()
        guard isOpen else { return }
        if !isHead { writer.finish() }
        answer = .complete
        if isOpen, !hasUnsent { afterAnswer() }
    }

    private func prepare(_ response: Response) {
        server.metrics.answered(response.status, after: monotonicNanoseconds() - startedAt)
        if server.isDraining || owesContinue { keepsAlive = false }
        switch state {
        case .body(let left) where left > server.limits.discardBytes: keepsAlive = false
        case .chunks: keepsAlive = false
        default: break
        }
    }

    private func writeHeadAndBody(_ response: Response) {
        answer = .complete
        let output = server.output
        write(headOf: response, to: output)
        switch response.body {
        case .bytes(let bytes, _) where !isHead: output.append(bytes)
        case .file(let open, let range, _) where !isHead && !range.isEmpty:
            file = (open, range.lowerBound, range.count)
        default: break
        }
        sendOutput()
        if isOpen, !hasUnsent { afterAnswer() }
    }

    // MARK: What comes next

    func afterAnswer() {
        switch state {
        case .answering:
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
        owesContinue = false
        answer = .none
        isReadPaused = false
        setDeadline(in: server.isDraining ? server.limits.drainGraceSeconds : server.limits.idleSeconds)
        updateInterest()
        if !pending.isEmpty {
            let waiting = pending
            pending = []
            waiting.withUnsafeBytes { take($0) }
        }
        // Nothing can complete what is incomplete now.
        guard peerHasFinished else { return }
        if case .answering = state { return }
        close()
    }

    private func finish() {
        if peerHasFinished { close() } else { linger() }
    }

    /// Half closes, and reads on for a while: closing with unread input would reset the connection, and the client
    /// might lose the answer.
    private func linger() {
        dropRequest()
        state = .lingering(until: server.second + server.limits.stallSeconds)
        pending = []
        isReadPaused = false
        shutdown(descriptor, CInt(SHUT_WR))
        setDeadline(in: server.limits.lingerSeconds)
        updateInterest()
    }
}
