/// What is wrong with the address of a mail server, in words for an operator; the address is never repeated, since it
/// holds a password.
package struct MailSettingsError: Error, Equatable, CustomStringConvertible {
    package let description: String
}
