extension MailSettings {
    /// For libcurl, which gets the login apart.
    var url: String {
        let scheme = security == .always ? "smtps" : "smtp"
        return "\(scheme)://\(host.contains(":") ? "[\(host)]" : host):\(port)"
    }
}
