/// What a message or an address may not contain. The text names the rule and never repeats the value.
package struct MailFormatError: Error, Equatable, CustomStringConvertible {
    package let description: String
}
