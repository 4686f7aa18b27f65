/// The user names that a text mentions as `@name`, each once.
///
/// Part of a mention is what may be part of a user name (``Username``). In an e-mail address (`ada@example.com`), in an
/// address of another network (`@ada@example.com`) and in a URL there is none.
package struct Mentions: Sendable, Equatable {
    /// How many users one text mentions; further mentions mention none.
    package static let limit = 10

    /// The names that one mention may mean, in lower case, the longest first: a dot at the end may be part of the name
    /// or end the sentence. The longest that exists is meant.
    package let candidates: [[String]]

    package var isEmpty: Bool { candidates.isEmpty }

    package init(in text: String) {
        var found: [[String]] = []
        // Most texts have none.
        guard text.utf8.contains(UInt8(ascii: "@")) else {
            candidates = []
            return
        }
        for word in text.split(whereSeparator: \.isWhitespace) where found.count < Self.limit {
            for names in Self.names(in: Array(word.unicodeScalars)) where found.count < Self.limit {
                if !found.contains(names) { found.append(names) }
            }
        }
        candidates = found
    }

    /// Returns the mentioned users, each once.
    /// - Parameter users: Users by their names in lower case.
    package func users(among users: [String: UserID]) -> [UserID] {
        var mentioned: [UserID] = []
        for names in candidates {
            guard let user = names.lazy.compactMap({ users[$0] }).first, !mentioned.contains(user) else { continue }
            mentioned.append(user)
        }
        return mentioned
    }

    /// Returns what the mentions of a text without spaces may mean.
    private static func names(in word: [Unicode.Scalar]) -> [[String]] {
        let end = urlStart(in: word)
        var found: [[String]] = []
        var index = 0
        while index < end {
            guard word[index] == "@" else {
                index += 1
                continue
            }
            let isMention = index == 0 || !continuesAddress(word[index - 1])
            let start = index + 1
            index = word[start...].firstIndex { !isNamePart($0) } ?? word.count
            let isWhole = index == word.count || !(word[index] == "@" || isLetterOrDigit(word[index]))
            guard isMention, isWhole else { continue }
            let names = spellings(word[start..<index])
            if !names.isEmpty { found.append(names) }
        }
        return found
    }

    /// Returns the name with and without each of the separators at its end, as far as it may be a user name.
    private static func spellings(_ scalars: ArraySlice<Unicode.Scalar>) -> [String] {
        var rest = scalars
        var names: [String] = []
        while !rest.isEmpty {
            var name = String.UnicodeScalarView()
            name.append(contentsOf: rest)
            if let username = try? Username(String(name)) { names.append(username.description.lowercased()) }
            guard let last = rest.last, !isLetterOrDigit(last) else { break }
            rest.removeLast()
        }
        return names
    }

    /// Returns where a URL begins; the end if there is none.
    private static func urlStart(in word: [Unicode.Scalar]) -> Int {
        guard !String(String.UnicodeScalarView(word.prefix(4))).lowercased().hasPrefix("www.") else { return 0 }
        let starts = 0..<max(word.count - 2, 0)
        return starts.first { word[$0..<$0 + 3].elementsEqual("://".unicodeScalars) } ?? word.count
    }

    /// Whether an `@` behind the character belongs to an address.
    private static func continuesAddress(_ scalar: Unicode.Scalar) -> Bool {
        isLetterOrDigit(scalar) || "._-+%/=&#?~@".unicodeScalars.contains(scalar)
    }

    private static func isNamePart(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCII && (isLetterOrDigit(scalar) || scalar == "_" || scalar == "." || scalar == "-")
    }

    private static func isLetterOrDigit(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic || scalar.properties.numericType != nil
    }
}
