import Testing

@testable import API

@Suite struct IPAddressTests {
    @Test(arguments: [
        ("10.0.0.0/8", "10.255.1.2", true), ("10.0.0.0/8", "11.0.0.1", false), ("127.0.0.1", "127.0.0.1", true),
        ("127.0.0.1", "127.0.0.2", false), ("192.168.4.0/22", "192.168.7.255", true),
        ("192.168.4.0/22", "192.168.8.0", false), ("0.0.0.0/0", "8.8.8.8", true), ("0.0.0.0/0", "::1", false),
        ("2001:db8::/32", "2001:db8:1::5", true), ("2001:db8::/33", "2001:db8:8000::1", false), ("::1", "::1", true),
        ("10.0.0.0/8", "::ffff:10.1.2.3", true),
    ])
    func `a network contains the addresses with its prefix`(network: String, address: String, isIn: Bool) throws {
        #expect(try #require(IPNetwork(network)).contains(try #require(IPAddress(address))) == isIn)
    }

    @Test(arguments: ["", "x", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0/8", "::1/129", "10.0.0.0/8/8", "1.2.3.4/"])
    func `a text that is no network is refused`(text: String) {
        #expect(IPNetwork(text) == nil)
        #expect(TrustedProxies("127.0.0.1,\(text.isEmpty ? "x" : text)") == nil)
    }

    @Test func `the addresses of one IPv6 network are counted together`() {
        #expect(ClientAddress("2001:db8:1:2:3:4:5:6").limitKey == ClientAddress("2001:db8:1:2::9").limitKey)
        #expect(ClientAddress("2001:db8:1:2::9").limitKey != ClientAddress("2001:db8:1:3::9").limitKey)
        #expect(ClientAddress("203.0.113.9").limitKey == "203.0.113.9")
        #expect(ClientAddress("::ffff:203.0.113.9").limitKey == "203.0.113.9")
    }
}
