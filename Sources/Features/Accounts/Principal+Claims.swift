import Domain

extension Principal {
    /// Documents of the surfaces let clients name the user they act for; it may be left out, and must otherwise be the
    /// one who is logged in.
    func mustBe(_ claimed: String?, _ field: String) throws {
        guard let claimed else { return }
        guard UserID(claimed) == user else { throw Refusal.forbidden("\(field) is not yours") }
    }
}
