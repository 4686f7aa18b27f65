import Chassis

/// One message on its way to the server: what libcurl sends and receives of it, and how long it may still wait. libcurl
/// waits for the reply to a message in a loop of its own, with no timeout but one for all replies together; so the
/// timeouts are checked in its progress callback, which it calls at least once a second.
final class SMTPExchange {
    /// A step, named by the command that begins it. Commands that libcurl may send beyond these belong to the greeting.
    enum Step: String {
        case greeting = "greeting"
        case ehlo = "EHLO"
        case helo = "HELO"
        case startTLS = "STARTTLS"
        case login = "AUTH"
        case sender = "MAIL"
        case recipient = "RCPT"
        case data = "DATA"
        /// The message itself, until its reply.
        case message = "message"
        case quit = "QUIT"

        /// Whether the step is about the message: else its failure would be that of any message.
        var isAboutMessage: Bool { [.recipient, .data, .message].contains(self) }
    }

    private static let quitting = Duration.seconds(5)
    private static let replyLimit = 1_000

    /// The last step but QUIT.
    private(set) var step = Step.greeting
    /// The server's last reply before QUIT, its lines separated by spaces; empty if there was none.
    private(set) var reply = ""
    private(set) var isOverdue = false
    private let limits: SMTPLimits
    private let onDelay: () -> Void
    private var rest: ArraySlice<UInt8>
    private var isQuitting = false
    private var isReplyComplete = true
    private var deadline: UInt64
    private var delayedAt: UInt64

    init(_ bytes: [UInt8], _ limits: SMTPLimits, onDelay: @escaping () -> Void) {
        self.limits = limits
        self.onDelay = onDelay
        rest = bytes[...]
        let now = monotonicNanoseconds()
        deadline = now + limits.preparing.nanoseconds
        delayedAt = now + limits.delayed.nanoseconds
    }

    /// The code of the last reply; nil without one.
    var code: Int? { Int(reply.prefix(3)) }

    /// Copies the next part of the message. After the last one the server has to accept it.
    func read(into room: UnsafeMutableRawBufferPointer) -> Int {
        let piece = rest.prefix(room.count)
        room.copyBytes(from: piece)
        rest = rest.dropFirst(piece.count)
        if rest.isEmpty, step != .message {
            step = .message
            reply = ""
            deadline = monotonicNanoseconds() + limits.accepting.nanoseconds
        }
        return piece.count
    }

    /// Records a command. Its arguments may hold a login and are ignored.
    func sent(_ line: UnsafeRawBufferPointer) {
        let verb = String(decoding: line.prefix { $0 > 0x20 }, as: UTF8.self)
        guard let next = Step(rawValue: verb), next != .message, next != .greeting else { return }
        guard next != .quit else {
            isQuitting = true
            deadline = monotonicNanoseconds() + Self.quitting.nanoseconds
            return
        }
        step = next
        reply = ""
    }

    /// Records a line of a reply.
    func received(_ line: UnsafeRawBufferPointer) {
        guard !isQuitting else { return }
        let text = String(decoding: line, as: UTF8.self)
        let printable = String(
            String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
        let trimmed = String(printable.reversed().drop { $0 == " " }.reversed())
        if isReplyComplete { reply = "" }
        reply = String((reply.isEmpty ? trimmed : "\(reply) \(trimmed)").prefix(Self.replyLimit))
        // The last line of a reply has no hyphen behind its code (section 4.2.1).
        isReplyComplete = trimmed.utf8.dropFirst(3).first != UInt8(ascii: "-")
    }

    /// - Returns: Whether to continue.
    func progress() -> Bool {
        let now = monotonicNanoseconds()
        if now >= delayedAt, !isQuitting {
            delayedAt = .max
            onDelay()
        }
        guard now >= deadline else { return true }
        isOverdue = !isQuitting
        return false
    }
}
