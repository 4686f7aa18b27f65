import Chassis
import Testing

@testable import Brokers

@Suite("Addresses of brokers") struct BrokerSettingsTests {
    @Test func `a URL of RabbitMQ has defaults for login, port and virtual host`() throws {
        let settings = try RabbitMQSettings.parse("amqp://broker.example")
        #expect(settings.host == "broker.example" && settings.port == 5_672 && !settings.isEncrypted)
        #expect(settings.user == "guest" && settings.password.exposed == "guest" && settings.virtualHost == "/")
        #expect(try RabbitMQSettings.parse("AMQPS://broker.example/").port == 5_671)
    }

    @Test func `login and virtual host are percent-decoded`() throws {
        let settings = try RabbitMQSettings.parse("amqps://an%40na:a%2Fb%3Ac@[::1]:70/%2Fprod?cacertfile=/etc/ca.pem")
        #expect(settings.user == "an@na" && settings.password.exposed == "a/b:c" && settings.virtualHost == "/prod")
        #expect(settings.host == "::1" && settings.port == 70 && settings.authorities == "/etc/ca.pem")
        #expect(settings.address.description == "amqps://[::1]:70")
    }

    @Test(arguments: [
        "", "broker.example", "http://broker.example", "amqp://", "amqp://broker.example:0", "amqp://b:70000",
        "amqp://b:1x", "amqp://user@b", "amqp://:secret@b", "amqp://user:%zz@b", "amqp://user:%00@b", "amqp://b/%zz",
        "amqp://b/a/b", "amqp://b?heartbeat=5", "amqp://b?cacertfile=/etc/ca.pem", "amqps://b?cacertfile=ca.pem",
        "amqp://user:secret@b c", "amqp://b/\(String(repeating: "v", count: 256))",
    ])
    func `another text is no URL of RabbitMQ, and no error repeats it`(_ url: String) throws {
        let error = try #require(throws: BrokerSettingsError.self) { try RabbitMQSettings.parse(url) }
        #expect(!error.description.contains("secret"))
    }

    @Test func `brokers of Kafka are hosts with ports`() throws {
        #expect(try KafkaSettings.parse("a.example:9092,[::1]:19092,b").brokers == "a.example:9092,[::1]:19092,b")
    }

    @Test(arguments: [
        "", ",", "a:9092,", "a:0", "a:70000", "a b:1", "kafka://a:1", "a:1;b:2", "user:secret@a:1",
        Array(repeating: "a:1", count: 65).joined(separator: ","),
    ])
    func `another text is no list of brokers`(_ text: String) {
        #expect(throws: BrokerSettingsError.self) { try KafkaSettings.parse(text) }
    }
}
