import Mail
import Testing

@Suite struct MailSettingsTests {
    struct Example {
        let url: String
        let security: MailSettings.Security
        let host: String
        let port: Int
        var user: String?
        var password: String?
    }

    @Test(arguments: [
        Example(url: "smtp://localhost", security: .whenOffered, host: "localhost", port: 587),
        Example(url: "smtp://localhost/", security: .whenOffered, host: "localhost", port: 587),
        Example(url: "SMTP://mail.test:2525", security: .whenOffered, host: "mail.test", port: 2_525),
        Example(url: "smtps://mail.test", security: .always, host: "mail.test", port: 465),
        Example(url: "smtps://[::1]:4650", security: .always, host: "::1", port: 4_650),
        Example(
            url: "smtp://anna:secret@mail.test:25", security: .whenOffered, host: "mail.test", port: 25, user: "anna",
            password: "secret"),
        Example(
            url: "smtps://anna%40mail.test:p%3A%2F%20%D0%B6:%25@mail.test", security: .always, host: "mail.test",
            port: 465, user: "anna@mail.test", password: "p:/ ж:%"),
        Example(
            url: "smtp://anna@mail.test:pass@word@mail.test", security: .whenOffered, host: "mail.test", port: 587,
            user: "anna@mail.test", password: "pass@word"),
    ])
    func `a server URL is parsed`(example: Example) throws {
        let settings = try MailSettings.parse(example.url)
        #expect(settings.security == example.security)
        #expect(settings.host == example.host)
        #expect(settings.port == example.port)
        #expect(settings.login?.user == example.user)
        #expect(settings.login?.password == example.password)
    }

    @Test(arguments: [
        ("", "must look like"), ("mail.test", "must look like"), ("http://mail.test", "must look like"),
        ("smtp:mail.test", "must look like"), ("smtp://mail.test/path", "must look like"),
        ("smtp://mail.test?x=1", "must look like"), ("smtp://a:b#c@mail.test", "must look like"),
        ("smtp://", "host"), ("smtp://:25", "host"), ("smtp://mail test", "host"), ("smtp://mail.test\r\n", "host"),
        ("smtp://[mail.test]", "host"), ("smtp://mail.test:", "port"), ("smtp://mail.test:0", "port"),
        ("smtp://mail.test:65536", "port"), ("smtp://mail.test:smtp", "port"), ("smtp://mail.test:+25", "port"),
        ("smtp://anna@mail.test", "user"), ("smtp://:secret@mail.test", "user"), ("smtp://a%4:b@mail.test", "user"),
        ("smtp://a:%zz@mail.test", "user"), ("smtp://a:%FF@mail.test", "user"),
        ("smtp://a:b%0D%0Ac@mail.test", "control"),
    ])
    func `an invalid URL is rejected with the reason`(url: String, reason: String) throws {
        let error = try #require(throws: MailSettingsError.self) { try MailSettings.parse(url) }
        #expect(error.description.contains(reason))
    }

    @Test func `neither an error nor a description holds the password`() throws {
        let error = try #require(throws: MailSettingsError.self) {
            try MailSettings.parse("smtp://anna:s3cret@mail.test:x")
        }
        #expect(!"\(error)".contains("s3cret"))
        #expect(!"\(try MailSettings.parse("smtp://anna:s3cret@mail.test"))".contains("s3cret"))
    }
}
