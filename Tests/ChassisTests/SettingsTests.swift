import Chassis
import Testing

@Suite struct SettingsTests {
    private enum Colour: String, CaseIterable { case red, green }

    @Test func `reads values and defaults`() throws {
        var reader = SettingsReader(["A": "7", "B": "green", "C": "", "D": "on", "E": "text"])
        #expect(reader.read(Setting("A", default: 1, in: 1...9, "a number")) == 7)
        #expect(reader.read(Setting<Colour>("B", default: .red, oneOf: "a colour")) == .green)
        #expect(reader.read(Setting("C", default: "fallback", "a text")) == "fallback")
        let isOn = reader.read(Setting("D", default: false, "a switch"))
        #expect(isOn)
        #expect(reader.read(Setting(optional: "E", "a text")) == "text")
        #expect(reader.read(Setting(optional: "F", "a text")) == nil)
        try reader.finish()
    }

    @Test func `reports all mistakes at once, in order, with the accepted values`() {
        var reader = SettingsReader(["A": "10", "B": "blue", "D": "yes", "E": " 7"])
        #expect(reader.read(Setting("A", default: 1, in: 1...9, "a number")) == 1)
        #expect(reader.read(Setting<Colour>("B", default: .red, oneOf: "a colour")) == .red)
        #expect(reader.read(Setting("C", default: nil, "a text"), placeholder: "none") == "none")
        let isOn = reader.read(Setting("D", default: false, "a switch"))
        #expect(!isOn)
        #expect(reader.read(Setting("E", default: 2, in: 1...9, "another")) == 2)
        reader.reject("A and B do not go together")
        let error = #expect(throws: SettingsError.self) { try reader.finish() }
        #expect(
            error?.problems == [
                "A is not acceptable: a number (1 to 9)", "B is not acceptable: a colour (one of: red, green)",
                "C must be set: a text", "D is not acceptable: a switch (on or off)",
                "E is not acceptable: another (1 to 9)", "A and B do not go together",
            ])
        #expect(error?.description.split(separator: "\n").count == 7)
    }

    @Test(arguments: [
        ("development", "", true, 0), ("test", "", true, 0), ("development", "off", false, 0),
        ("production", "", false, 0), ("production", "off", false, 0), ("production", "on", true, 1),
    ])
    func `users may name this machine except in production`(name: String, value: String, isOn: Bool, problems: Int) {
        var reader = SettingsReader(["APP_ENV": name, "LOCAL_ENDPOINTS": value])
        let settings = ChassisSettings(&reader, process: "test", defaultLoops: 1, isTerminal: false)
        #expect(settings.readLocalEndpoints(&reader) == isOn)
        #expect(reader.hasProblems == (problems > 0))
    }

    @Test func `never repeats a value`() {
        var reader = SettingsReader(["KEY": "hunter2"])
        let setting = Setting<Secret<String>?>("KEY", default: .some(nil), "32 bytes or more") { _ in nil }
        _ = reader.read(setting)
        let error = #expect(throws: SettingsError.self) { try reader.finish() }
        #expect(error.map { "\($0) \(String(reflecting: $0))".contains("hunter2") } == false)
    }

    @Test(arguments: ["a\nb", "a\r\nb", "a\tb", "\u{0}", "a\u{7f}", "a\u{85}b", "a\u{2028}b"])
    func `a control character in any setting is a mistake`(text: String) {
        var reader = SettingsReader(["A": text, "B": text, "C": "plain text, «even» so 🙂"])
        _ = reader.read(Setting("A", default: "fallback", "a text"))
        _ = reader.read(Setting(optional: "B", "a text"))
        #expect(reader.read(Setting("C", default: "", "a text")) == "plain text, «even» so 🙂")
        let error = #expect(throws: SettingsError.self) { try reader.finish() }
        #expect(
            error?.problems
                == ["A", "B"].map {
                    "\($0) is not acceptable: it contains a line break or another control character"
                })
    }

    @Test(arguments: ["production", "development", "test", ""])
    func `a default for development is a mistake in production`(environment: String) {
        var reader = SettingsReader(["APP_ENV": environment, "GIVEN": "given"])
        let setting = Setting("URL", default: "http://localhost", "the URL")
        #expect(reader.read(setting.requiredInProduction()) == "http://localhost")
        #expect(reader.read(setting.requiredInProduction(false)) == "http://localhost")
        #expect(reader.read(Setting("GIVEN", default: "", "a text").requiredInProduction()) == "given")
        #expect(reader.hasProblems == (environment == "production"))
        guard environment == "production" else { return }
        let error = #expect(throws: SettingsError.self) { try reader.finish() }
        #expect(error?.problems == ["URL must be set in production: the URL"])
    }

    @Test(arguments: [
        ("postgresql://user:secret@db.example:5432/social?sslmode=require", "postgresql://db.example:5432/social"),
        ("postgresql://db.example/social?password=secret", "postgresql://db.example/social"),
        ("postgresql://user:secret@one,two/social", "postgresql://one,two/social"),
        ("postgresql://user:se@secret@db/social", "postgresql://db/social"),
        // Not escaped as it must be: nothing is known to be no secret.
        ("postgresql://user:secret?@db/social", "postgresql://…"), ("smtp://user:secret#x@mail", "smtp://…"),
        ("smtp://user:secret/x@mail", "smtp://…"), ("smtp://mail:587", "smtp://mail:587"),
        ("user:secret", "an address without a scheme"),
    ])
    func `the address of a store shows no user, password or parameter`(url: String, shown: String) {
        #expect(StoreAddress(url: url).description == shown)
    }

    @Test func `redacts secrets`() {
        struct Holder {
            let secret = Secret("hunter2")
        }
        var dumped = ""
        dump(Holder(), to: &dumped)
        let secret = Secret("hunter2")
        for text in [dumped, "\(secret)", "\(Holder())", String(reflecting: secret), "\([secret])"] {
            #expect(!text.contains("hunter2"), "\(text)")
        }
        #expect(secret.exposed == "hunter2")
    }
}
