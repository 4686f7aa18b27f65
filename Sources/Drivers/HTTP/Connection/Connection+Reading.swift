internal import CLinux
import Chassis
import Glibc

extension Connection {
    /// Reads once, at most 64 KiB, into the loop's buffer; the rest follows in the next turn.
    func readOnce() {
        let count = read(descriptor, loop.scratch.baseAddress, loop.scratch.count)
        guard count > 0 else {
            if count < 0, errno == EAGAIN || errno == EINTR { return }
            inputEnded(count)
            return
        }
        take(UnsafeRawBufferPointer(start: loop.scratch.baseAddress, count: count))
    }

    /// Handles EOF. A client that has half-closed may still wait for its responses.
    private func inputEnded(_ count: Int) {
        switch state {
        case .responding where count == 0 && !endsWithClient:
            hasReceivedEOF = true
            updateInterest()
        default: close()
        }
    }

    /// Consumes input as far as the state allows; bytes behind a complete request wait in `pending`.
    func take(_ input: UnsafeRawBufferPointer) {
        var rest = input
        while rest.count > 0 {
            switch state {
            case .head:
                guard let used = takeHead(rest) else { return }
                rest = UnsafeRawBufferPointer(rebasing: rest[used...])
            case .body(let left):
                let count = min(left, rest.count)
                deliver([UInt8](rest[..<count]))
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
                if count == left { finishBody() } else { state = .body(left: left - count) }
            case .chunks(let parser):
                guard let used = takeChunks(rest, parser) else { return }
                rest = UnsafeRawBufferPointer(rebasing: rest[used...])
            case .responding:
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
            case .lingering:
                progress += rest.count
                return
            case .closed:
                return
            }
        }
    }

    // MARK: The head

    /// - Returns: The number of bytes that belonged to the head; nil if it is incomplete or rejected.
    private func takeHead(_ input: UnsafeRawBufferPointer) -> Int? {
        // Some clients send a CRLF behind a body that Content-Length does not count (RFC 9112, 2.2).
        if pending.isEmpty, input.count >= 2, input[0] == 13, input[1] == 10 { return 2 }
        guard let end = endOfHead(input) else {
            keepPartialHead(input)
            return nil
        }
        guard pending.count + end <= server.limits.headBytes else {
            reject(431)
            return nil
        }
        let bytes = wholeHead(UnsafeRawBufferPointer(rebasing: input[..<end]))
        do {
            start(try server.headParser.parse(bytes))
            return end
        } catch {
            reject(error.status)
            return nil
        }
    }

    private func wholeHead(_ input: UnsafeRawBufferPointer) -> [UInt8] {
        guard !pending.isEmpty else { return [UInt8](input) }
        let bytes = pending + input
        pending = []
        return bytes
    }

    private func keepPartialHead(_ input: UnsafeRawBufferPointer) {
        if pending.isEmpty { limitDeadline(to: server.limits.headSeconds) }
        // A head with bare LF would never end.
        var before = pending.last
        for byte in input {
            guard byte != 10 || before == 13 else {
                reject(400)
                return
            }
            before = byte
        }
        pending.append(contentsOf: input)
        if pending.count > server.limits.headBytes { reject(431) }
    }

    /// The offset behind the empty line in the input; the line may have begun in an earlier read.
    private func endOfHead(_ input: UnsafeRawBufferPointer) -> Int? {
        if let last = pending.last {
            // A line feed alone.
            if last != 13, input.first == 10 { return nil }
            let tail = pending.suffix(3)
            let joined = Array(tail) + Array(input.prefix(3))
            if let index = joined.indices.first(where: { joined[$0...].starts(with: [13, 10, 13, 10]) }) {
                return index + 4 - tail.count
            }
        }
        return input.endOfEmptyLine
    }

    private func start(_ head: RequestHead) {
        startedAt = monotonicNanoseconds()
        isHead = head.method == .head
        isVersion11 = head.isVersion11
        keepsAlive = head.keepsAlive
        let id = server.makeRequestID()
        requestID = id
        guard head.method != nil else {
            reject(501)
            return
        }
        let body: RequestBody
        let length = head.contentLength ?? 0
        if head.isChunked || length > 0 {
            body = RequestBody(declaredLength: head.isChunked ? nil : length, connection: self)
            state = head.isChunked ? .chunks(ChunkedParser()) : .body(left: length)
            request = body
            progress = 0
            expectsContinue = head.expectsContinue && isVersion11
            setDeadline(in: server.limits.stallSeconds)
        } else {
            body = .empty
            state = .responding
            suspendDeadline()
        }
        begin(Request(head: head, body: body, loop: loop, id: id, peer: peer))
    }

    // MARK: The body

    /// - Returns: The number of bytes that belonged to the body; nil if it is incomplete or malformed.
    private func takeChunks(_ input: UnsafeRawBufferPointer, _ parser: ChunkedParser) -> Int? {
        let step = parser.feed(input)
        deliver(parser.takePayload(), progressing: input.count)
        switch step {
        case .more:
            return nil
        case .finished(let used):
            finishBody()
            return used
        case .malformed:
            request?.interrupt()
            reject(400)
            return nil
        }
    }

    /// - Parameter count: The bytes as transferred, chunk framing included.
    private func deliver(_ piece: [UInt8], progressing count: Int? = nil) {
        if !hasUnsent { progress += count ?? piece.count }
        guard let request else { return }
        request.push(piece)
        if request.buffered > RequestBody.highWater { pauseReading() }
    }

    private func finishBody() {
        state = .responding
        request?.end()
        guard !hasUnsent else { return }
        suspendDeadline()
        if responseState == .complete { responseSent() }
    }

    private func pauseReading() {
        isReadPaused = true
        updateInterest()
    }

    // MARK: Calls of the body's reader

    func bodyRequested() {
        guard expectsContinue else { return }
        expectsContinue = false
        setDeadline(in: server.limits.stallSeconds)
        send(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8))
    }

    func bodyDrained() {
        guard isReadPaused else { return }
        isReadPaused = false
        setDeadline(in: server.limits.stallSeconds)
        updateInterest()
    }
}
