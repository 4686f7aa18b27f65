internal import CCurl
import Chassis
import Glibc

/// One easy handle of libcurl and the connection it keeps.
///
/// `@unchecked Sendable`: ``SMTPTransport`` gives a connection to one thread at a time.
final class SMTPConnection: @unchecked Sendable {
    private static let started = ccurl_start() == CURLE_OK

    /// Whether the last exchange ended with the server's reply, so that the next one cannot meet a late one.
    private(set) var isReusable = true
    private let curl: UnsafeMutableRawPointer
    private let limits: SMTPLimits
    private let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

    init(_ settings: MailSettings, limits: SMTPLimits, authorities: String?) {
        guard Self.started, let curl = curl_easy_init() else { preconditionFailure("libcurl does not start") }
        self.curl = curl
        self.limits = limits
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        set(CURLOPT_ERRORBUFFER, pointer: errorText)
        set(CURLOPT_PROTOCOLS_STR, "smtp,smtps")
        set(CURLOPT_NOPROXY, "*")
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_UPLOAD, 1)
        set(CURLOPT_CONNECTTIMEOUT_MS, max(limits.connecting.milliseconds, 1))
        // The exchange has shorter ones for its steps.
        set(CURLOPT_SERVER_RESPONSE_TIMEOUT, 86_400)
        set(CURLOPT_URL, settings.url)
        set(CURLOPT_USE_SSL, Int(CURLUSESSL_TRY.rawValue))
        if let authorities { set(CURLOPT_CAINFO, authorities) }
        if let login = settings.login {
            set(CURLOPT_USERNAME, login.user)
            set(CURLOPT_PASSWORD, login.password)
        }
        setCallbacks()
    }

    /// Closes the connection, after QUIT if the server can answer it.
    deinit {
        if !isReusable { closeSocket() }
        curl_easy_cleanup(curl)
        errorText.deallocate()
    }

    func send(_ message: MailMessage, onDelay: @escaping () -> Void) throws(MailError) {
        let bytes = message.rendered()
        var exchange = SMTPExchange(bytes, limits, onDelay: onDelay)
        var result = perform(message, bytes.count, exchange)
        if result != CURLE_OK, wasConnectionClosed(exchange) {
            exchange = SMTPExchange(bytes, limits, onDelay: onDelay)
            set(CURLOPT_FRESH_CONNECT, 1)
            result = perform(message, bytes.count, exchange)
            set(CURLOPT_FRESH_CONNECT, 0)
        }
        if result != CURLE_OK { throw failure(result, exchange) }
    }

    private func perform(_ message: MailMessage, _ count: Int, _ exchange: SMTPExchange) -> CURLcode {
        guard let recipients = curl_slist_append(nil, message.to.address) else { return CURLE_OUT_OF_MEMORY }
        defer { curl_slist_free_all(recipients) }
        // After an error libcurl may keep the connection: while it waits for the reply to a message, for one.
        isReusable = false
        let result = withExtendedLifetime(exchange) {
            let data = Unmanaged.passUnretained(exchange).toOpaque()
            let options = [CURLOPT_READDATA, CURLOPT_HEADERDATA, CURLOPT_DEBUGDATA, CURLOPT_XFERINFODATA]
            set(CURLOPT_MAIL_FROM, message.from.address)
            set(CURLOPT_MAIL_RCPT, pointer: recipients)
            check(ccurl_set_size(curl, CURLOPT_INFILESIZE_LARGE, count))
            for option in options { set(option, pointer: data) }
            errorText[0] = 0
            defer {
                for option in options { set(option, pointer: nil) }
                set(CURLOPT_MAIL_RCPT, pointer: nil)
            }
            return curl_easy_perform(curl)
        }
        isReusable = result == CURLE_OK
        if !isReusable { closeSocket() }
        return result
    }

    /// Ends the connection at once: libcurl's own end sends QUIT, and waits for the reply.
    private func closeSocket() {
        let socket = ccurl_socket(curl)
        if socket >= 0 { shutdown(socket, Int32(SHUT_RDWR)) }
    }

    // MARK: Errors

    /// Whether the failure is that the server had closed a reused connection before it accepted anything of this
    /// message: then a new connection may succeed.
    private func wasConnectionClosed(_ exchange: SMTPExchange) -> Bool {
        let isOld = ccurl_number(curl, CURLINFO_NUM_CONNECTS) == 0
        return isOld && [nil, 421].contains(exchange.code) && exchange.step != .message && !exchange.isOverdue
    }

    /// A failure before RCPT would be that of any message: the server cannot be reached, or refuses login or sender;
    /// so would a reply about the login (RFC 4954: 53x). Of the other replies those of 5xx are permanent but for the
    /// ones about the command (RFC 5321, section 4.2.2: 500 and 502 to 504).
    private func failure(_ result: CURLcode, _ exchange: SMTPExchange) -> MailError {
        let reason = reason(result, exchange)
        let code = exchange.code ?? 0
        // MAIL says how long the message is (RFC 1870).
        if exchange.step == .sender, code == 552 { return .permanent(reason) }
        guard exchange.step.isAboutMessage, !(530..<540).contains(code) else {
            return .unavailable(result == CURLE_OUT_OF_MEMORY ? .outOfMemory : .mailServerUnavailable, reason)
        }
        let isPermanent = (500..<600).contains(code) && ![500, 502, 503, 504].contains(code)
        return isPermanent ? .permanent(reason) : .temporary(reason)
    }

    private func reason(_ result: CURLcode, _ exchange: SMTPExchange) -> String {
        if let code = exchange.code, code >= 400 { return "\(exchange.step.rawValue): \(exchange.reply)" }
        if exchange.step == .message {
            let problem = exchange.isOverdue ? "no reply in time" : message(of: result)
            return "message: \(problem); the server may have accepted it"
        }
        return "\(exchange.step.rawValue): \(exchange.isOverdue ? "no reply in time" : message(of: result))"
    }

    private func message(of result: CURLcode) -> String {
        let buffered = String(cString: errorText)
        return buffered.isEmpty ? String(cString: curl_easy_strerror(result)) : buffered
    }

    // MARK: Options

    private func setCallbacks() {
        let read: @convention(c) (UnsafeMutablePointer<CChar>?, Int, Int, UnsafeMutableRawPointer?) -> Int = {
            buffer, size, count, exchange in
            guard let buffer, let exchange else { return Int(CURL_READFUNC_ABORT) }
            let room = UnsafeMutableRawBufferPointer(start: buffer, count: size * count)
            return Unmanaged<SMTPExchange>.fromOpaque(exchange).takeUnretainedValue().read(into: room)
        }
        let receive: @convention(c) (UnsafeMutablePointer<CChar>?, Int, Int, UnsafeMutableRawPointer?) -> Int = {
            bytes, size, count, exchange in
            if let bytes, let exchange {
                let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
                Unmanaged<SMTPExchange>.fromOpaque(exchange).takeUnretainedValue().received(line)
            }
            return size * count
        }
        check(ccurl_set_reader(curl, read))
        check(ccurl_set_header_reader(curl, receive))
        check(
            ccurl_set_debugger(curl) { _, kind, bytes, count, exchange in
                if kind == CURLINFO_HEADER_OUT, let bytes, let exchange {
                    let line = UnsafeRawBufferPointer(start: bytes, count: count)
                    Unmanaged<SMTPExchange>.fromOpaque(exchange).takeUnretainedValue().sent(line)
                }
                return 0
            })
        check(
            ccurl_set_progress(curl) { exchange, _, _, _, _ in
                guard let exchange else { return 0 }
                return Unmanaged<SMTPExchange>.fromOpaque(exchange).takeUnretainedValue().progress() ? 0 : 1
            })
        // The two callbacks above are called only with these.
        set(CURLOPT_VERBOSE, 1)
        set(CURLOPT_NOPROGRESS, 0)
    }

    private func set(_ option: CURLoption, _ value: Int) { check(ccurl_set_number(curl, option, value)) }

    private func set(_ option: CURLoption, _ value: String) { check(ccurl_set_text(curl, option, value)) }

    private func set(_ option: CURLoption, pointer: UnsafeMutableRawPointer?) {
        check(ccurl_set_pointer(curl, option, pointer))
    }

    /// Only a libcurl built without a required feature rejects an option.
    private func check(_ result: CURLcode) {
        precondition(result == CURLE_OK, "libcurl rejected an option: \(String(cString: curl_easy_strerror(result)))")
    }
}
