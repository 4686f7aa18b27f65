/// The address of a mail server with the login.
package struct MailSettings: Equatable, Sendable {
    package enum Security: Equatable, Sendable {
        /// `smtp://`: STARTTLS if the server offers it.
        case whenOffered
        /// `smtps://`: TLS from the first byte.
        case always
    }

    /// The credentials for SMTP AUTH.
    package struct Login: Equatable, Sendable, CustomStringConvertible {
        package let user: String
        package let password: String

        /// Without the password.
        package var description: String { user }
    }

    package let security: Security
    /// A host name or address, IPv6 without brackets.
    package let host: String
    package let port: Int
    package let login: Login?
}

extension MailSettings {
    /// Parses `smtp[s]://[user:password@]host[:port]`. The port defaults to that of mail submission: 587, or 465 for
    /// `smtps` (RFC 8314). User and password are percent-encoded.
    package static func parse(_ url: String) throws(MailSettingsError) -> MailSettings {
        guard
            let form = url.wholeMatch(
                of: /(?i:(smtps?)):\/\/(?:([^\/?#]*)@)?(\[[^\]]*\]|[^:\/?#@\[\]]*)(?::([^\/?#@]*))?\/?/)
        else { throw MailSettingsError(description: "must look like smtp://user:password@host:port or smtps://…") }
        let security: Security = form.1.lowercased() == "smtps" ? .always : .whenOffered
        return MailSettings(
            security: security,
            host: try host(form.3),
            port: try form.4.map { text throws(MailSettingsError) in try port(text) } ?? security.usualPort,
            login: try form.2.map { text throws(MailSettingsError) in try login(text) })
    }

    private static func host(_ text: Substring) throws(MailSettingsError) -> String {
        if let address = text.wholeMatch(of: /\[([0-9A-Fa-f:.]+)\]/) { return String(address.1) }
        guard text.wholeMatch(of: /[A-Za-z0-9._-]+/) != nil else {
            throw MailSettingsError(description: "has no usable host name")
        }
        return String(text)
    }

    private static func port(_ text: Substring) throws(MailSettingsError) -> Int {
        guard text.first != "+", let port = Int(text), (1...65_535).contains(port) else {
            throw MailSettingsError(description: "has no usable port: it is a number from 1 to 65535")
        }
        return port
    }

    private static func login(_ text: Substring) throws(MailSettingsError) -> Login {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let user = percentDecoded(parts[0]), !user.isEmpty,
            let password = percentDecoded(parts[1])
        else { throw MailSettingsError(description: "has a user without a password, or badly percent-encoded ones") }
        guard (user + password).unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
            throw MailSettingsError(description: "has a control character in its user or password")
        }
        return Login(user: user, password: password)
    }

    /// Decodes percent-encoding; nil if it is invalid or the bytes are not UTF-8.
    private static func percentDecoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            guard scalar == "%" else {
                bytes += Array(String(scalar).utf8)
                continue
            }
            guard let high = rest.popFirst().flatMap({ Character($0).hexDigitValue }),
                let low = rest.popFirst().flatMap({ Character($0).hexDigitValue })
            else { return nil }
            bytes.append(UInt8(high * 16 + low))
        }
        return String(validating: bytes, as: UTF8.self)
    }
}

extension MailSettings.Security {
    fileprivate var usualPort: Int { self == .always ? 465 : 587 }
}

extension MailSettings {
    /// The URL for libcurl and for logs, without the login.
    package var url: String {
        let scheme = security == .always ? "smtps" : "smtp"
        return "\(scheme)://\(host.contains(":") ? "[\(host)]" : host):\(port)"
    }
}

/// The reason why a mail server URL is invalid. The description never repeats the URL, because it holds a password.
package struct MailSettingsError: Error, Equatable, CustomStringConvertible {
    package let description: String
}
