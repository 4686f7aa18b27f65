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

    @Test func `never repeats a value`() {
        var reader = SettingsReader(["KEY": "hunter2"])
        let setting = Setting<Secret<String>?>("KEY", default: .some(nil), "32 bytes or more") { _ in nil }
        _ = reader.read(setting)
        let error = #expect(throws: SettingsError.self) { try reader.finish() }
        #expect(error.map { "\($0) \(String(reflecting: $0))".contains("hunter2") } == false)
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
