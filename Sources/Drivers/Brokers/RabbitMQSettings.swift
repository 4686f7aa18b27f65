package import Chassis

/// The address of a RabbitMQ with the login.
package struct RabbitMQSettings: Sendable {
    /// The topic exchange to which everything is published.
    package static let exchange = "socialplay.events"

    package let isEncrypted: Bool
    /// A host name or address, IPv6 without brackets.
    package let host: String
    package let port: Int
    package let user: String
    package let password: Secret<String>
    package let virtualHost: String
    /// A PEM file of the certificate authorities that are trusted with `amqps`.
    package let authorities: String

    /// The address for logs, without the login.
    package var address: StoreAddress {
        StoreAddress("\(isEncrypted ? "amqps" : "amqp")://\(host.contains(":") ? "[\(host)]" : host):\(port)")
    }
}

extension RabbitMQSettings {
    /// Debian's bundle of certificate authorities.
    private static let systemAuthorities = "/etc/ssl/certs/ca-certificates.crt"

    /// Parses `amqp[s]://[user:password@]host[:port][/vhost][?cacertfile=/path]`, a subset of RabbitMQ's URI
    /// specification: user, password and virtual host are percent-encoded and default to `guest`, `guest` and `/`, the
    /// port to 5672, or 5671 with TLS.
    /// - Throws: ``BrokerSettingsError``, which never repeats the URL, because it holds a password.
    package static func parse(_ url: String) throws(BrokerSettingsError) -> RabbitMQSettings {
        guard let start = url.prefixMatch(of: /(?i:(amqps?)):\/\/(?:([^\/?#]*)@)?/),
            let rest = url[start.range.upperBound...].wholeMatch(
                of: /(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::([0-9]+))?(?:\/([^\/?#]*))?(?:\?cacertfile=(\/[^?#&]+))?/)
        else {
            throw BrokerSettingsError("must look like amqp://user:password@host:port/vhost or amqps://…")
        }
        let isEncrypted = start.1.lowercased() == "amqps"
        let port = rest.2.map { Int($0) ?? 0 } ?? (isEncrypted ? 5_671 : 5_672)
        guard (1...65_535).contains(port) else {
            throw BrokerSettingsError("has no usable port: it is a number from 1 to 65535")
        }
        guard isEncrypted || rest.4 == nil else { throw BrokerSettingsError("has a cacertfile without amqps") }
        let (user, password) =
            try start.2.map { text throws(BrokerSettingsError) in try login(text) } ?? ("guest", "guest")
        guard let virtualHost = rest.3.map(percentDecoded) ?? "/", virtualHost.utf8.count <= 255 else {
            throw BrokerSettingsError("has a badly percent-encoded virtual host, or one of more than 255 bytes")
        }
        return RabbitMQSettings(
            isEncrypted: isEncrypted, host: rest.1.filter { $0 != "[" && $0 != "]" }, port: port, user: user,
            password: Secret(password), virtualHost: virtualHost.isEmpty ? "/" : virtualHost,
            authorities: rest.4.map(String.init) ?? systemAuthorities)
    }

    private static func login(_ text: Substring) throws(BrokerSettingsError) -> (String, String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let user = percentDecoded(parts[0]), !user.isEmpty,
            let password = percentDecoded(parts[1])
        else { throw BrokerSettingsError("has a user without a password, or badly percent-encoded ones") }
        return (user, password)
    }

    /// Decodes percent-encoding; nil if it is invalid, or the text is not UTF-8 or has a control character.
    private static func percentDecoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap({ Character(Unicode.Scalar($0)).hexDigitValue }),
                let low = rest.popFirst().flatMap({ Character(Unicode.Scalar($0)).hexDigitValue })
            else { return nil }
            bytes.append(UInt8(high * 16 + low))
        }
        guard let decoded = String(validating: bytes, as: UTF8.self),
            decoded.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
        else { return nil }
        return decoded
    }
}

/// The brokers of a Kafka cluster.
package struct KafkaSettings: Sendable {
    /// Before the name of each topic.
    package static let topicPrefix = "socialplay."

    /// `host:port,…`, of some of the brokers; they know the others.
    package let brokers: String

    package var address: StoreAddress { StoreAddress("kafka://\(brokers)") }

    /// Parses `HOST:PORT,HOST:PORT`, at most 64; the port defaults to 9092.
    package static func parse(_ text: String) throws(BrokerSettingsError) -> KafkaSettings {
        let brokers = text.split(separator: ",", omittingEmptySubsequences: false)
        guard brokers.count <= 64 else { throw BrokerSettingsError("has more than 64 brokers") }
        for broker in brokers {
            guard let form = broker.wholeMatch(of: /(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::([0-9]+))?/),
                (1...65_535).contains(form.2.map { Int($0) ?? 0 } ?? 9_092)
            else { throw BrokerSettingsError("must be HOST:PORT, or several of them separated by commas") }
        }
        return KafkaSettings(brokers: text)
    }
}

/// The reason why the address of a broker is invalid. Never repeats the address.
package struct BrokerSettingsError: Error, Equatable, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}
