/// The release that this program belongs to, for operators. `make lint` compares it with the newest release of
/// CHANGELOG.md.
///
/// The version in the health answer of the Social Service is another one: that of its document.
package enum ProductVersion {
    package static let version = "0.1.0"
}
