internal import CLinux
import Chassis
import Glibc

extension Connection {
    /// One read of at most 64 KiB into the loop's buffer; more comes with the next turn.
    func readOnce() {
        let count = read(descriptor, loop.scratch.baseAddress, loop.scratch.count)
        guard count > 0 else {
            if count < 0, errno == EAGAIN || errno == EINTR { return }
            peerFinished(count)
            return
        }
        take(UnsafeRawBufferPointer(start: loop.scratch.baseAddress, count: count))
    }

    /// A client that has sent its request and closed its side may still want the answer.
    private func peerFinished(_ count: Int) {
        switch state {
        case .answering where count == 0:
            peerHasFinished = true
            keepsAlive = false
            updateInterest()
        default: close()
        }
    }

    /// Consumes bytes as far as the state allows; what comes after a complete request waits in `pending`.
    func take(_ input: UnsafeRawBufferPointer) {
        var rest = input
        while rest.count > 0 {
            switch state {
            case .head:
                guard let used = takeHead(rest) else { return }
                rest = UnsafeRawBufferPointer(rebasing: rest[used...])
            case .body(let left):
                let count = min(left, rest.count)
                deliver(UnsafeRawBufferPointer(rebasing: rest[..<count]))
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
                if count == left { finishBody() } else { state = .body(left: left - count) }
            case .chunks(let parser):
                let body = request
                switch parser.feed(rest, { piece in body?.push(piece) }) {
                case .more:
                    noteProgress(rest.count)
                    return
                case .finished(let used):
                    rest = UnsafeRawBufferPointer(rebasing: rest[used...])
                    finishBody()
                case .malformed:
                    body?.interrupt()
                    refuse(400)
                    return
                }
            case .answering:
                pending.append(contentsOf: rest)
                if pending.count > server.limits.headBytes { pauseReading() }
                return
            case .discarding(let left):
                let count = min(left, rest.count)
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
                if count < left {
                    state = .discarding(left: left - count)
                } else {
                    nextRequest()
                }
            case .lingering, .closed:
                return
            }
        }
    }

    /// - Returns: How many of the bytes belonged to the head; nil when it is not complete or not acceptable.
    private func takeHead(_ input: UnsafeRawBufferPointer) -> Int? {
        let had = pending.count
        guard let end = endOfHead(input) else {
            if had == 0 { setDeadline(in: server.limits.headSeconds) }
            pending.append(contentsOf: input)
            if pending.count > server.limits.headBytes { refuse(431) }
            return nil
        }
        var bytes = pending
        pending = []
        bytes.append(contentsOf: input[..<end])
        guard bytes.count <= server.limits.headBytes else {
            refuse(431)
            return nil
        }
        do {
            start(try server.headParser.parse(bytes))
            return end
        } catch {
            refuse(error.status)
            return nil
        }
    }

    /// Where the empty line ends in the input; it may have begun in what came before.
    private func endOfHead(_ input: UnsafeRawBufferPointer) -> Int? {
        guard !pending.isEmpty else {
            return clinux_find(input.baseAddress, input.count, "\r\n\r\n", 4).flatMap { found in
                input.baseAddress.map { found - $0 + 4 }
            }
        }
        let tail = pending.suffix(3)
        let joined = Array(tail) + Array(input.prefix(3))
        if let index = joined.indices.first(where: { joined[$0...].starts(with: [13, 10, 13, 10]) }) {
            return index + 4 - tail.count
        }
        return clinux_find(input.baseAddress, input.count, "\r\n\r\n", 4).flatMap { found in
            input.baseAddress.map { found - $0 + 4 }
        }
    }

    private func start(_ head: RequestHead) {
        startedAt = monotonicNanoseconds()
        isAnswered = false
        isHead = head.method == .head
        isVersion11 = head.isVersion11
        keepsAlive = head.keepsAlive
        progress = 0
        let id = server.makeRequestID()
        requestID = id
        guard head.method != nil else {
            refuse(501)
            return
        }
        let body = RequestBody(declaredLength: head.isChunked ? nil : head.contentLength ?? 0, connection: self)
        request = body
        owesContinue = false
        if head.isChunked {
            state = .chunks(ChunkedParser(continuing: server.headParser.stateForBody))
        } else if let length = head.contentLength, length > 0 {
            state = .body(left: length)
        } else {
            state = .answering
            body.end()
        }
        if case .answering = state {
            suspendDeadline()
        } else {
            owesContinue = head.expectsContinue && isVersion11
            setDeadline(in: server.limits.stallSeconds)
        }
        begin(Request(head: head, body: body, loop: loop, id: id, peer: peer))
    }

    private func deliver(_ bytes: UnsafeRawBufferPointer) {
        request?.push(bytes)
        noteProgress(bytes.count)
    }

    private func noteProgress(_ count: Int) {
        progress += count
        if let request, request.buffered > RequestBody.highWater { pauseReading() }
    }

    private func finishBody() {
        state = .answering
        suspendDeadline()
        request?.end()
        if isAnswered, !hasUnsent { afterAnswer() }
    }

    private func pauseReading() {
        isReadPaused = true
        updateInterest()
    }
}
