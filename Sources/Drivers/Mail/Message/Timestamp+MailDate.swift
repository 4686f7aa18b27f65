import Chassis

extension Timestamp {
    /// The date of RFC 5322, section 3.3: like HTTP's, but `GMT` is obsolete in mail.
    var mailDate: String { httpDate.dropLast("GMT".count) + "+0000" }
}
