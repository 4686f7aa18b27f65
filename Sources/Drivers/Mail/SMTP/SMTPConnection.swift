internal import CCurl
import Chassis
import Synchronization

/// One easy handle of libcurl and the connection it keeps.
///
/// `@unchecked Sendable`: ``SMTPTransport`` gives a connection to one thread at a time.
final class SMTPConnection: @unchecked Sendable {
    private static let started = ccurl_start() == CURLE_OK

    private let curl: UnsafeMutableRawPointer
    private let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

    init(_ settings: MailSettings, limits: SMTPLimits, authorities: String?) {
        guard Self.started, let curl = curl_easy_init() else { preconditionFailure("libcurl does not start") }
        self.curl = curl
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        set(CURLOPT_ERRORBUFFER, pointer: errorText)
        set(CURLOPT_PROTOCOLS_STR, "smtp,smtps")
        set(CURLOPT_NOPROXY, "*")
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_UPLOAD, 1)
        set(CURLOPT_CONNECTTIMEOUT_MS, max(limits.connecting.milliseconds, 1))
        set(CURLOPT_TIMEOUT_MS, max(limits.sending.milliseconds, 1))
        set(CURLOPT_URL, settings.url)
        set(CURLOPT_USE_SSL, Int(CURLUSESSL_TRY.rawValue))
        if let authorities { set(CURLOPT_CAINFO, authorities) }
        if let login = settings.login {
            set(CURLOPT_USERNAME, login.user)
            set(CURLOPT_PASSWORD, login.password)
        }
        let read: @convention(c) (UnsafeMutablePointer<CChar>?, Int, Int, UnsafeMutableRawPointer?) -> Int = {
            buffer, size, count, upload in
            guard let buffer, let upload else { return Int(CURL_READFUNC_ABORT) }
            let room = UnsafeMutableRawBufferPointer(start: buffer, count: size * count)
            return Unmanaged<Upload>.fromOpaque(upload).takeUnretainedValue().read(into: room)
        }
        check(ccurl_set_reader(curl, read))
    }

    /// Sends QUIT and closes the connection.
    deinit {
        curl_easy_cleanup(curl)
        errorText.deallocate()
    }

    func send(_ message: MailMessage) throws(MailError) {
        let bytes = message.rendered()
        var result = perform(message, bytes)
        if result != CURLE_OK, wasConnectionClosed(result) {
            set(CURLOPT_FRESH_CONNECT, 1)
            result = perform(message, bytes)
            set(CURLOPT_FRESH_CONNECT, 0)
        }
        if result != CURLE_OK { throw failure(result) }
    }

    private func perform(_ message: MailMessage, _ bytes: [UInt8]) -> CURLcode {
        guard let recipients = curl_slist_append(nil, message.to.address) else { return CURLE_OUT_OF_MEMORY }
        defer { curl_slist_free_all(recipients) }
        let upload = Upload(bytes)
        return withExtendedLifetime(upload) {
            set(CURLOPT_MAIL_FROM, message.from.address)
            set(CURLOPT_MAIL_RCPT, pointer: recipients)
            check(ccurl_set_size(curl, CURLOPT_INFILESIZE_LARGE, bytes.count))
            set(CURLOPT_READDATA, pointer: Unmanaged.passUnretained(upload).toOpaque())
            errorText[0] = 0
            defer {
                set(CURLOPT_READDATA, pointer: nil)
                set(CURLOPT_MAIL_RCPT, pointer: nil)
            }
            return curl_easy_perform(curl)
        }
    }

    // MARK: Errors

    /// Whether the failure is that the server had closed a reused connection before it accepted anything of this
    /// message: then a new connection may succeed.
    private func wasConnectionClosed(_ result: CURLcode) -> Bool {
        let isOld = ccurl_number(curl, CURLINFO_NUM_CONNECTS) == 0
        let isSilentOrLeaving = [0, 421].contains(reply)
        return isOld && isSilentOrLeaving && uploadedCount == 0 && result != CURLE_OPERATION_TIMEDOUT
    }

    /// Only a 5xx reply to the message itself is permanent. A 5xx greeting (for which curl reports the same error as
    /// for a reply to DATA, but with nothing uploaded) or one about TLS or login (RFC 4954: 53x) is temporary.
    private func failure(_ result: CURLcode) -> MailError {
        let buffered = String(cString: errorText)
        let problem = buffered.isEmpty ? String(cString: curl_easy_strerror(result)) : buffered
        let reason = reply == 0 ? problem : "\(problem) (last reply: \(reply))"
        let isAboutMessage = result == CURLE_SEND_ERROR || (result == CURLE_WEIRD_SERVER_REPLY && uploadedCount > 0)
        let isRefusal = (500..<600).contains(reply) && !(530..<540).contains(reply)
        return isAboutMessage && isRefusal ? .permanent(reason) : .temporary(reason)
    }

    private var reply: Int { ccurl_number(curl, CURLINFO_RESPONSE_CODE) }
    private var uploadedCount: Int { ccurl_size(curl, CURLINFO_SIZE_UPLOAD_T) }

    // MARK: Options

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

/// Submits mail by SMTP (RFC 5321) with libcurl.
///
/// Each sending thread uses its own connection; idle connections are reused.
package final class SMTPTransport: MailTransport {
    private let settings: MailSettings
    private let limits: SMTPLimits
    private let authorities: String?
    private let idle = Mutex<[SMTPConnection]>([])

    /// - Parameter authorities: A PEM file of trusted certificate authorities; nil for the system's.
    package init(_ settings: MailSettings, limits: SMTPLimits = SMTPLimits(), authorities: String? = nil) {
        self.settings = settings
        self.limits = limits
        self.authorities = authorities
    }

    package func send(_ message: MailMessage) throws(MailError) {
        let connection =
            idle.withLock { $0.popLast() } ?? SMTPConnection(settings, limits: limits, authorities: authorities)
        defer { idle.withLock { $0.append(connection) } }
        try connection.send(message)
    }
}

/// The timeouts of SMTP.
package struct SMTPLimits: Sendable {
    /// The timeout for connecting: name resolution, TCP, TLS and greeting.
    package let connecting: Duration
    /// The timeout for sending a message, connecting included.
    package let sending: Duration

    package init(connecting: Duration = .seconds(5), sending: Duration = .seconds(15)) {
        self.connecting = connecting
        self.sending = sending
    }
}

/// A message while libcurl reads it.
final class Upload {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) {
        rest = bytes[...]
    }

    func read(into room: UnsafeMutableRawBufferPointer) -> Int {
        let piece = rest.prefix(room.count)
        room.copyBytes(from: piece)
        rest = rest.dropFirst(piece.count)
        return piece.count
    }
}
