package import Chassis

/// The settings of a Redis connection: endpoint, credentials, key prefix, timeouts.
package struct RedisSettings: Sendable {
    /// The server's address.
    package let endpoint: RedisEndpoint
    /// Nil for the default user.
    package let user: String?
    /// Nil if the server requires none.
    package let password: Secret<String>?
    /// The database number for SELECT; 0 needs no SELECT.
    package let database: Int
    /// The prefix of every key and channel of this installation, so that several can share one Redis.
    package var prefix: String
    /// The timeout for connecting, from the first packet to the reply to INFO.
    package var connectTimeout: Duration = .seconds(2)
    /// The timeout of a command's reply; then the connection is closed.
    package var commandTimeout: Duration = .seconds(2)
    /// Commands in flight per connection; further ones are rejected immediately.
    package var maximumInFlight = 100_000

    /// The name with the installation's prefix.
    package func key(_ name: String) -> String { prefix + name }
}

extension RedisSettings {
    /// Parses `redis://[user:password@]host[:port][/database]` or `unix://[user:password@]/path`. User and password may
    /// be percent-encoded; an IPv6 address is in brackets; the port defaults to 6379. Everything else is rejected, also
    /// `rediss`, because the connection would not be encrypted.
    /// - Throws: ``RedisSettingsError``, which names the invalid part without repeating it.
    package init(url: String, prefix: String) throws(RedisSettingsError) {
        guard url.utf8.count <= 2048, url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != 0x3f && $0 != 0x23 }) else {
            throw .character
        }
        let isSocket = url.hasPrefix("unix://")
        guard isSocket || url.hasPrefix("redis://") else { throw .scheme }
        let rest = url.dropFirst(isSocket ? 7 : 8)
        let pathStart = rest.firstIndex(of: "/") ?? rest.endIndex
        var authority = rest[..<pathStart]
        let path = rest[pathStart...]

        var user: String?
        var password: Secret<String>?
        if let at = authority.lastIndex(of: "@") {
            (user, password) = try Self.credentials(authority[..<at])
            authority = authority[authority.index(after: at)...]
        }
        self.user = user
        self.password = password
        self.prefix = prefix
        if isSocket {
            endpoint = try Self.socket(authority, path)
            database = 0
        } else {
            endpoint = try Self.host(authority)
            database = try Self.database(path)
        }
    }

    private static func credentials(_ text: Substring) throws(RedisSettingsError) -> (String?, Secret<String>) {
        guard let colon = text.firstIndex(of: ":"),
            let user = percentDecoded(text[..<colon]),
            let password = percentDecoded(text[text.index(after: colon)...]), !password.isEmpty
        else { throw .credentials }
        return (user.isEmpty ? nil : user, Secret(password))
    }

    private static func host(_ authority: Substring) throws(RedisSettingsError) -> RedisEndpoint {
        var host = authority
        var portText: Substring?
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { throw .host }
            host = authority[..<end].dropFirst()
            let rest = authority[end...].dropFirst()
            guard rest.isEmpty || rest.hasPrefix(":") else { throw .host }
            portText = rest.isEmpty ? nil : rest.dropFirst()
            guard host.contains(":"), host.utf8.allSatisfy({ isHexDigit($0) || $0 == 0x3a || $0 == 0x2e }) else {
                throw .host
            }
        } else {
            if let colon = authority.firstIndex(of: ":") {
                host = authority[..<colon]
                portText = authority[colon...].dropFirst()
            }
            guard !host.isEmpty, host.utf8.count <= 253, host.utf8.allSatisfy(isHostCharacter) else { throw .host }
        }
        guard let portText else { return .host(String(host), port: 6379) }
        guard let port = number(portText), (1...65_535).contains(port) else { throw .port }
        return .host(String(host), port: port)
    }

    private static func socket(_ authority: Substring, _ path: Substring) throws(RedisSettingsError) -> RedisEndpoint {
        // hiredis 0.14 copies at most 107 bytes into the address and leaves the 108th as it was.
        guard authority.isEmpty, path.utf8.count > 1, path.utf8.count <= 106 else { throw .path }
        return .socket(path: String(path))
    }

    private static func database(_ path: Substring) throws(RedisSettingsError) -> Int {
        let text = path.dropFirst()
        guard !text.isEmpty else { return 0 }
        guard let database = number(text), database <= 65_535 else { throw .database }
        return database
    }

    private static func number(_ text: Substring) -> Int? {
        text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(text) : nil
    }

    private static func percentDecoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = rest.prefix(2)
            guard digits.count == 2, digits.allSatisfy(isHexDigit),
                let decoded = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
            else { return nil }
            bytes.append(decoded)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
    }

    private static func isHostCharacter(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
            || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_")
    }
}

/// The invalid part of a Redis URL. Descriptions never repeat the URL: it may hold a password.
package enum RedisSettingsError: Error, Equatable, CustomStringConvertible {
    /// The URL is longer than 2,048 bytes or holds an invalid character.
    case character
    /// The scheme.
    case scheme
    /// User and password.
    case credentials
    /// The host.
    case host
    /// The port.
    case port
    /// The database's number.
    case database
    /// The socket's path.
    case path

    package var description: String {
        switch self {
        case .character: "the Redis URL is too long or holds a character that must be percent-encoded"
        case .scheme: "the Redis URL must begin with redis:// or unix:// (rediss:// is not supported)"
        case .credentials: "the Redis URL's user and password must be user:password@ or :password@, percent-encoded"
        case .host: "the Redis URL has no usable host"
        case .port: "the Redis URL's port must be 1 to 65535"
        case .database: "the Redis URL's database must be a number from 0 to 65535"
        case .path: "the Redis URL's socket must be an absolute path of at most 106 bytes"
        }
    }
}
