@_spi(_Unicode) import Swift

extension String {
    /// The text in canonical composition (NFC, Unicode Standard Annex 15): the one form of an accented letter, whether
    /// a keyboard sends one character or a letter and a combining mark.
    package var composed: String {
        // No character below U+0300, whose first byte is 0xCC, composes or is composed.
        if utf8.allSatisfy({ $0 < 0xCC }) { return self }
        var composed = String.UnicodeScalarView()
        composed.append(contentsOf: _nfc)
        return String(composed)
    }

    /// Whether a reader sees anything of the text.
    package var showsSomething: Bool { unicodeScalars.contains { !$0.isInvisible } }
}

extension Unicode.Scalar {
    /// Whether the character alone shows nothing: white space, control characters, and characters that fonts do not
    /// draw, such as U+200B, U+00AD and the filler U+3164. A braille pattern without dots, U+2800, looks like a space.
    var isInvisible: Bool {
        // First the usual case.
        if (0x21...0x7E).contains(value) { return false }
        return properties.isWhitespace || properties.generalCategory == .control
            || properties.isDefaultIgnorableCodePoint || value == 0x2800 || (0xFFF9...0xFFFB).contains(value)
    }

    /// Whether the character changes the direction of the text that follows it (Unicode Standard Annex 9): an
    /// embedding, override or isolate, or the end of one.
    var changesDirection: Bool { (0x202A...0x202E).contains(value) || (0x2066...0x2069).contains(value) }

    /// Whether the character ends a line or controls a terminal.
    var isControl: Bool { properties.generalCategory == .control || value == 0x2028 || value == 0x2029 }

    /// Whether the character is drawn nowhere and changes no character beside it, so that a name looks the same without
    /// it. Joiners, variation selectors and tags are kept: they form letters and emoji.
    var isNoise: Bool {
        switch value {
        case 0x200C, 0x200D, 0xFE00...0xFE0F, 0xE0020...0xE007F, 0xE0100...0xE01EF: false
        default: !changesDirection && properties.isDefaultIgnorableCodePoint
        }
    }
}
