/// What a person is to the musicians' surface.
package enum Persona: String, Sendable, CaseIterable {
    case musician, listener
}
