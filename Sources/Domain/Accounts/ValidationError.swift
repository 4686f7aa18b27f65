/// What somebody sent breaks a rule of the product; the sentence is for them.
package struct ValidationError: Error, Equatable {
    /// The member, parameter or field.
    package let field: String
    package let reason: String

    package init(field: String, reason: String) {
        self.field = field
        self.reason = reason
    }
}
