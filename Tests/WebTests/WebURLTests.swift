import Testing

@testable import Web

@Suite struct WebURLTests {
    @Test(arguments: [
        "https://", "https:///x", "https:////x", "https:/x", "https:x", "//push.example/x", "/x", "", "https://:443/x",
        "https://push.example:/x", "https://push.example:0/x", "https://push.example:65536/x",
        "https://push.example:99999/x", "https://push.example:443443/x", "https://push.example:44a/x",
        "https://user@push.example/x", "https://user:word@push.example/x", "https://@push.example/x",
        "ftp://push.example/x", "file:///etc/passwd", "gopher://push.example/", "javascript:alert(1)",
        "https://push .example/x", "https://push.example/x y", "https://push.example/x\n", "https://push.example\\x",
        "https://push.example/\\x", "https://push.example/x#y", "https://ключ.example/x", "https://push..example/x",
        "https://.push.example/x", "https://push.example./x", "https://-push.example/x", "https://push-.example/x",
        "https://\(String(repeating: "a", count: 64)).example/x",
        "https://\(String(repeating: "abc.", count: 64))example/x", "https://push.example%00/x",
        "https://127.1/x", "https://0x7f.0.0.1/x", "https://0x7f000001/x", "https://2130706433/x",
        "https://0177.0.0.1/x", "https://127.0.0.01/x", "https://1.2.3.4.5/x", "https://push.0x1/x",
        "https://[::1/x", "https://::1/x", "https://[::1%25lo]/x", "https://[push.example]/x", "https://[]/x",
        "https://push.example/" + String(repeating: "x", count: 2_048),
    ])
    func `a text that has no host, or that two parsers could read differently, is no URL`(text: String) {
        #expect(WebURL(text) == nil)
        #expect(!WebClient.isAllowedURL(text))
    }

    @Test func `a URL has a host, a port and an origin`() throws {
        for (text, hostAndPort, origin) in [
            ("https://push.example", "push.example:443", "https://push.example"),
            ("https://push.example/", "push.example:443", "https://push.example"),
            ("https://Push.Example:443/wp/a:b@c?d=e", "push.example:443", "https://push.example"),
            ("https://push.example:8443?x", "push.example:8443", "https://push.example:8443"),
            ("http://127.0.0.1:3134/wp", "127.0.0.1:3134", "http://127.0.0.1:3134"),
            ("http://localhost/", "localhost:80", "http://localhost"),
            ("https://[2A00:1450::1]:8443/x", "[2a00:1450::1]:8443", "https://[2a00:1450::1]:8443"),
            ("https://a_b.push-2.example/x", "a_b.push-2.example:443", "https://a_b.push-2.example"),
        ] {
            let url = try #require(WebURL(text), "\(text)")
            #expect(url.hostAndPort == hostAndPort)
            #expect(url.origin == origin)
        }
    }

    @Test func `users may name public https addresses on the port of https or one without privileges`() throws {
        let loopback = [
            "http://127.0.0.1:3134/x", "http://localhost:8080/x", "http://[::1]:8080/x", "https://127.9.9.9/x",
        ]
        for text in ["https://push.example/x", "https://push.example:8443/x", "https://8.8.8.8/x"] {
            let url = try #require(WebURL(text))
            #expect(WebDestinations.public.allow(url) && WebDestinations.publicOrLoopback.allow(url), "\(text)")
        }
        for text in loopback + ["https://localhost/x"] {
            let url = try #require(WebURL(text))
            #expect(!WebDestinations.public.allow(url) && WebDestinations.publicOrLoopback.allow(url), "\(text)")
        }
        for text in [
            "http://push.example/x", "https://push.example:25/x", "https://push.example:80/x",
            "https://push.example:1023/x", "https://10.0.0.1/x", "http://10.0.0.1/x", "https://[fe80::1]/x",
            "https://[::ffff:8.8.8.8]/x", "https://a.localhost/x", "https://169.254.169.254/latest/meta-data",
        ] {
            let url = try #require(WebURL(text))
            #expect(!WebDestinations.public.allow(url) && !WebDestinations.publicOrLoopback.allow(url), "\(text)")
        }
    }

    @Test func `a setting may name https anywhere and http on this machine`() {
        for text in [
            "https://push.example/x", "https://10.0.0.1/x", "http://localhost:9000", "http://127.0.0.1/x",
            "http://[::1]:9000/x",
        ] {
            #expect(WebClient.isAllowedURL(text), "\(text)")
        }
        for text in ["http://push.example/x", "http://localhost.example/x", "http://10.0.0.1/x"] {
            #expect(!WebClient.isAllowedURL(text), "\(text)")
        }
    }
}
