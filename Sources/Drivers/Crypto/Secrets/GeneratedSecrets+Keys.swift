package import Chassis

extension GeneratedSecrets {
    /// The pair of keys that pushes are signed with. It is made once and kept with the other secrets: browsers know us by it,
    /// so another one would make all their subscriptions useless. `VAPID_PRIVATE_KEY` names a file in PEM instead; in
    /// production it must.
    package func readPushKeys(_ reader: inout SettingsReader) -> KeyPair? {
        let path = reader.read(Setting(optional: "VAPID_PRIVATE_KEY", "the file of a private key on P-256, in PEM"))
        if let path {
            guard let pem = contents(of: path), let pair = KeyPair(pem: pem) else {
                reader.reject("VAPID_PRIVATE_KEY is not acceptable: \(path) holds no private key on P-256 in PEM")
                return nil
            }
            return pair
        }
        guard !isProduction else {
            reader.reject("VAPID_PRIVATE_KEY must be set in production: the file of a private key on P-256, in PEM")
            return nil
        }
        guard !reader.hasProblems else { return nil }
        do {
            return KeyPair(pem: try keep("VAPID_PRIVATE_KEY") { KeyPair().pem })
        } catch {
            reader.reject("VAPID_PRIVATE_KEY is not set, and no key can be kept: \(error)")
            return nil
        }
    }
}
