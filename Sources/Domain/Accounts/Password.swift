/// A new password: 8 to 128 Unicode scalars of any kind, and none of the most common passwords. Never printed.
package struct Password: Sendable, CustomStringConvertible, CustomReflectable {
    /// The text, for the hasher alone.
    package let exposed: String

    /// - Parameter field: The member of the input, named in the error.
    /// - Throws: `validation_failed`.
    package init(_ text: String, field: String = "password") throws(DomainError) {
        // Bytes first: counting the characters of a large text is expensive.
        guard text.utf8.count <= 1024, (8...128).contains(text.unicodeScalars.count) else {
            throw DomainError(field: field, reason: "Password must be 8 to 128 characters long")
        }
        guard !text.utf8.contains(0) else {
            throw DomainError(field: field, reason: "Password must not contain a NUL character")
        }
        guard !CommonPasswords.contains(text) else {
            throw DomainError(field: field, reason: "Password is one of the most common: choose another")
        }
        exposed = text
    }

    package var description: String { "[redacted]" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// The most common passwords of at least eight characters.
///
/// `password123` is missing on purpose: clients written from the documents register with it.
enum CommonPasswords {
    static func contains(_ password: String) -> Bool {
        let text = password.lowercased()
        return known.contains(text) || isRun(Array(text.unicodeScalars.map(\.value)))
    }

    /// Returns whether all characters are equal, or count up or down, up to a length of 20.
    private static func isRun(_ characters: [UInt32]) -> Bool {
        guard characters.count <= 20 else { return false }
        let steps = zip(characters, characters.dropFirst()).map { Int($1) - Int($0) }
        guard let first = steps.first, abs(first) <= 1 else { return false }
        return steps.allSatisfy { $0 == first }
    }

    private static let known: Set<String> = Set(
        """
        password password1 password12 password! password01 passw0rd p@ssw0rd p@ssword pa$$word pa55word passpass
        1234567890 0123456789 0987654321 9876543210 123456789a a123456789 12345678a a12345678 1234567a 123123123
        12341234 11223344 1122334455 112233445566 12121212 123321123 147258369 159753456 741852963 987654321 87654321
        1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx 1qaz2wsx3edc 1qazxsw2 2wsx3edc zaq12wsx zaq1zaq1 q1w2e3r4 q1w2e3r4t5
        qazwsxedc qazwsx123 qwer1234 qwerasdf asdfghjkl asdf1234 asdfasdf asdfqwer zxcvbnm1 zxcvbnm123 zxcvbnm, qwertyui
        qwertyuiop qwerty12 qwerty123 qwerty1234 qwerty12345 qwertyqwerty qwerty123456 123qweasd 123qwe123 123456qwerty
        1234qwer abcd1234 abc12345 abc123456 abcdefg1 abcdef123 aa123456 aa12345678 a1b2c3d4 a1234567 admin123 admin1234
        administrator adminadmin rootroot letmein1 letmein123 letmeinnow welcome1 welcome12 welcome123 welcome! changeme
        changeme1 changeme123 default1 iloveyou iloveyou1 iloveyou2 iloveu123 loveme123 lovelove princess princess1
        sunshine sunshine1 football football1 baseball baseball1 basketball superman superman1 batman123 spiderman
        starwars pokemon1 pokemon123 dragon123 master123 monkey123 shadow123 michael1 michelle jennifer jessica1
        jonathan nicholas benjamin alexander alexandra samantha victoria elizabeth charlotte christian isabella danielle
        patricia stephanie veronica computer internet whatever trustno1 midnight mustang1 corvette mercedes porsche1
        ferrari1 yamaha123 chocolate butterfly snowball cheese123 pineapple strawberry blueberry liverpool arsenal1
        chelsea1 barcelona realmadrid manchester juventus1 newyork1 california australia thailand singapore helloworld
        hello123 hello1234 hellohello goodluck rainbow1 happy123 friends1 friendship secret123 security access14
        freedom1 forever1 cocacola november december september february password2024 password2025 password2026
        summer2024 summer2025 summer2026 winter2024 winter2025 winter2026 spring2025 spring2026 minecraft fortnite123
        roblox123 counterstrike warcraft testtest test1234 test12345 testing1 testing123 guest123 user1234 username1
        qweqweqwe qweasdzxc qweasd123 zxczxczxc asdasdasd 123asd123 1a2b3c4d 1234abcd 123abc123 p4ssw0rd pass1234
        pass12345 passw0rd1 password0 parolparol parol123 parol1234 privet123 lubov123 lyubov123 marina123 natasha1
        nikita123 andrey123 sergey123 vladimir dmitriy1 maksim123 zenit1925 spartak1 dinamo123 rossiya1 moskva123
        samsung1 nokia6300 123654789 159357456 147852369 йцукенгш йцукенгшщз йцукен123 пароль12 пароль123 привет123
        любовь123 солнышко
        """.split(whereSeparator: \.isWhitespace).map(String.init))
}
