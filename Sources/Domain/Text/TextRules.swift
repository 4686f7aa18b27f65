/// The rules of one kind of text that users write. Every such text becomes a value here and nowhere else: it is stored
/// in canonical composition (``composed``), its length is counted in characters as people see them
/// (grapheme clusters, S0-42, S0-51), and a text that shows nothing is refused.
package struct TextRules: Sendable {
    /// The reason why a text is refused.
    package enum Problem: Error {
        /// Longer than allowed.
        case tooLong
        /// Empty, or only characters that show nothing.
        case showsNothing
        /// Contains a character that this kind of text must not contain.
        case forbiddenCharacter
    }

    /// The control characters that a kind of text may contain. U+0000, which PostgreSQL cannot store, is in none.
    enum Controls {
        case none, lineBreaks, any

        func allow(_ scalar: Unicode.Scalar) -> Bool {
            switch self {
            case .none: !scalar.isControl
            case .lineBreaks: !scalar.isControl || scalar == "\n" || scalar == "\r" || scalar == "\t"
            case .any: scalar.value != 0
            }
        }
    }

    /// Characters.
    package let longest: Int
    private let controls: Controls
    /// Names are one line that stands among texts of the product and other users: surrounding space and characters that
    /// show nothing are removed, and those that turn the direction of what follows are refused.
    private let isName: Bool
    /// Bytes of one character: more combining marks than any language uses. Bounds the cost of counting.
    private static let longestCharacter = 30

    /// A name or title on one line.
    package static func name(atMost longest: Int) -> TextRules {
        TextRules(longest: longest, controls: .none, isName: true)
    }

    /// Prose with line breaks.
    package static func prose(atMost longest: Int) -> TextRules {
        TextRules(longest: longest, controls: .lineBreaks, isName: false)
    }

    /// What one user writes to another: kept as typed.
    package static func message(atMost longest: Int) -> TextRules {
        TextRules(longest: longest, controls: .any, isName: false)
    }

    /// Returns the text as it is stored.
    package func read(_ text: String) throws(Problem) -> String {
        // Bytes first: composing and counting a large text is expensive.
        guard text.utf8.count <= longest * Self.longestCharacter else { throw .tooLong }
        var text = text.composed
        if isName { text = Self.withoutNoise(text) }
        guard text.unicodeScalars.allSatisfy({ controls.allow($0) && !(isName && $0.changesDirection) }) else {
            throw .forbiddenCharacter
        }
        guard text.showsSomething else { throw .showsNothing }
        // A character has at least one byte, so that most texts need not be counted.
        guard text.utf8.count <= longest || text.count <= longest else { throw .tooLong }
        return text
    }

    private static func withoutNoise(_ text: String) -> String {
        // First the usual case.
        if text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }), text.utf8.first != 0x20, text.utf8.last != 0x20 {
            return text
        }
        var scalars = String.UnicodeScalarView()
        scalars.append(contentsOf: text.unicodeScalars.lazy.filter { !$0.isNoise })
        let isSpace = { (scalar: Unicode.Scalar) in scalar.properties.isWhitespace && !scalar.isControl }
        var kept = Substring.UnicodeScalarView(scalars).drop(while: isSpace)
        while let last = kept.last, isSpace(last) { kept.removeLast() }
        return String(kept)
    }
}
