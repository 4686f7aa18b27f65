internal import CCurl
import Chassis
import Synchronization

/// Receives any number of objects on one thread (libcurl's multi interface), each as fast as its reader takes it.
///
/// `@unchecked Sendable`: the transfers are touched by the loop's thread alone; other threads leave commands and wake
/// it with `curl_multi_wakeup`, which may be called from any thread.
package final class DownloadLoop: @unchecked Sendable {
    private enum Command {
        case add(ObjectDownload)
        case resume(ObjectDownload)
        case remove(ObjectDownload)
    }

    private final class Transfer {
        let download: ObjectDownload
        let exchange: Exchange
        let attempt: Int

        init(_ download: ObjectDownload, _ exchange: Exchange, attempt: Int) {
            self.download = download
            self.exchange = exchange
            self.attempt = attempt
        }
    }

    /// A transfer that is tried again later.
    private struct Repetition {
        let download: ObjectDownload
        let attempt: Int
        let time: UInt64
    }

    /// How many connections are open at once. Further downloads wait.
    private static let connectionLimit = 1_024

    private let client: BucketClient
    private let multi: UnsafeMutableRawPointer
    private struct Inbox {
        var commands: [Command] = []
        /// Whether the thread runs. A process that only reads files for itself needs none.
        var isStarted = false
    }

    private let inbox = Mutex(Inbox())
    private var transfers: [UnsafeMutableRawPointer: Transfer] = [:]
    private var handles: [ObjectIdentifier: UnsafeMutableRawPointer] = [:]
    private var repetitions: [Repetition] = []

    /// Its thread starts with the first download and never ends: a process has one loop for each of its stores.
    package init(_ client: BucketClient) {
        guard let multi = curl_multi_init() else { preconditionFailure("libcurl has no memory") }
        self.client = client
        self.multi = multi
        let results = [
            ccurl_set_multi_number(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, Self.connectionLimit),
            ccurl_set_multi_number(multi, CURLMOPT_MAXCONNECTS, 64),
        ]
        precondition(results.allSatisfy { $0 == CURLM_OK }, "libcurl rejected an option")
    }

    deinit { curl_multi_cleanup(multi) }

    /// Begins to receive a range of an object.
    /// - Parameter entityTag: The object's tag, with its quotes; another object than this ends with
    ///   ``ObjectStorageError/replaced``.
    package func download(_ key: String, range: Range<Int>, entityTag: String?) -> ObjectDownload {
        let download = ObjectDownload(key, range, entityTag: entityTag, on: self)
        if range.isEmpty { download.finish(.success(())) } else { post(.add(download)) }
        return download
    }

    func resume(_ download: ObjectDownload) { post(.resume(download)) }
    func remove(_ download: ObjectDownload) { post(.remove(download)) }

    private func post(_ command: Command) {
        let isStarted = inbox.withLock { inbox in
            inbox.commands.append(command)
            defer { inbox.isStarted = true }
            return inbox.isStarted
        }
        if isStarted { curl_multi_wakeup(multi) } else { startThread(named: "downloads") { self.run() } }
    }

    // MARK: The loop's thread

    private func run() -> Never {
        while true {
            let commands = inbox.withLock { inbox in
                defer { inbox.commands = [] }
                return inbox.commands
            }
            for command in commands { apply(command) }
            repeatDue()
            var running: CInt = 0
            curl_multi_perform(multi, &running)
            while let (curl, result) = nextFinished() { end(curl, result) }
            curl_multi_poll(multi, nil, 0, waitingMilliseconds(), nil)
        }
    }

    private func apply(_ command: Command) {
        switch command {
        case .add(let download): start(download, attempt: 1)
        case .resume(let download):
            if let curl = handles[ObjectIdentifier(download)] { curl_easy_pause(curl, CURLPAUSE_CONT) }
        case .remove(let download):
            repetitions.removeAll { $0.download === download }
            if let curl = handles[ObjectIdentifier(download)] { release(curl) }
        }
    }

    private func start(_ download: ObjectDownload, attempt: Int) {
        guard !download.isFinished, let curl = curl_easy_init() else { return download.finish(.failure(.cancelled)) }
        let rest = download.rest
        var request = BucketRequest(.get, download.key)
        request.headers = ["Range: bytes=\(rest.lowerBound)-\(rest.upperBound - 1)"]
        if let tag = download.entityTag { request.headers.append("If-Match: \(tag)") }
        let exchange = Exchange(request) { head, piece in
            guard head.status == 206 else { return .stop(.invalidAnswer("it ignores ranges")) }
            guard piece.count <= download.rest.count else { return .stop(.invalidAnswer("it is too long")) }
            return download.push(piece) ? .taken : .pause
        }
        exchange.prepare(curl, in: client.bucket, client.credentials, client.limits, timeout: nil)
        transfers[curl] = Transfer(download, exchange, attempt: attempt)
        handles[ObjectIdentifier(download)] = curl
        curl_multi_add_handle(multi, curl)
    }

    private func end(_ curl: UnsafeMutableRawPointer, _ result: CURLcode) {
        guard let transfer = transfers[curl] else { return }
        let download = transfer.download
        let isComplete = download.rest.isEmpty
        let failure = transfer.exchange.failure(result)
        release(curl)
        if isComplete { return download.finish(.success(())) }
        let error = failure ?? .unreachable("the answer ended early")
        // Attempts that brought nothing count; one that did begins the count again.
        let attempt = transfer.exchange.hasReceivedBody ? 1 : transfer.attempt
        guard error.isTemporary, attempt < client.limits.attempts, !download.isFinished else {
            return download.finish(.failure(error))
        }
        let time = monotonicNanoseconds() + client.limits.delay(after: attempt).nanoseconds
        repetitions.append(Repetition(download: download, attempt: attempt + 1, time: time))
    }

    private func repeatDue() {
        guard !repetitions.isEmpty else { return }
        let now = monotonicNanoseconds()
        let due = repetitions.filter { $0.time <= now }
        repetitions.removeAll { $0.time <= now }
        for repetition in due { start(repetition.download, attempt: repetition.attempt) }
    }

    private func waitingMilliseconds() -> CInt {
        let now = monotonicNanoseconds()
        let next = repetitions.map { $0.time > now ? ($0.time - now) / 1_000_000 + 1 : 0 }.min() ?? 10_000
        return CInt(min(next, 10_000))
    }

    private func nextFinished() -> (UnsafeMutableRawPointer, CURLcode)? {
        var left: CInt = 0
        while let message = curl_multi_info_read(multi, &left) {
            if message.pointee.msg == CURLMSG_DONE, let curl = message.pointee.easy_handle {
                return (curl, message.pointee.data.result)
            }
        }
        return nil
    }

    private func release(_ curl: UnsafeMutableRawPointer) {
        curl_multi_remove_handle(multi, curl)
        if let transfer = transfers.removeValue(forKey: curl) {
            handles[ObjectIdentifier(transfer.download)] = nil
            withExtendedLifetime(transfer) { curl_easy_cleanup(curl) }
        }
    }
}
