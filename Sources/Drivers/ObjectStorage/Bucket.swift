package import Chassis

/// A bucket of a service that speaks S3: its address and its region.
package struct Bucket: Sendable, Equatable {
    package let name: String
    /// The region that signatures name, such as `eu-central-1`.
    package let region: String
    /// `https` or `http`.
    let scheme: String
    /// The host as the Host header has it: with its port unless that is the scheme's own.
    let host: String
    /// What precedes the key in a path: `/`, or `/BUCKET/`.
    let root: String

    /// Creates a bucket of a service at an endpoint, or of AWS.
    ///
    /// An endpoint is addressed by path (`https://HOST/BUCKET/KEY`), which every service understands and which needs no
    /// DNS entry for each bucket. AWS is addressed by host (`https://BUCKET.s3.REGION.amazonaws.com/KEY`), which it
    /// demands of new buckets, except for a name with dots, which its certificate does not cover.
    /// - Parameters:
    ///   - endpoint: `https://HOST[:PORT]` or `http://HOST[:PORT]`; nil or its own address for AWS.
    ///   - region: `us-east-1` if it is nil, which services without regions expect.
    /// - Returns: Nil if one of them is not of its form.
    package init?(_ name: String, endpoint: String?, region: String?) {
        let region = region ?? "us-east-1"
        guard name.wholeMatch(of: /[a-z0-9][a-z0-9.\-]{1,61}[a-z0-9]/) != nil, !name.contains(".."),
            region.wholeMatch(of: /[a-z0-9\-]{1,40}/) != nil
        else { return nil }
        self.name = name
        self.region = region
        let isAWS = endpoint?.wholeMatch(of: /https:\/\/s3(?:\.[a-z0-9\-]+)?\.amazonaws\.com\/?/) != nil
        guard let endpoint, !isAWS else {
            scheme = "https"
            host = name.contains(".") ? "s3.\(region).amazonaws.com" : "\(name).s3.\(region).amazonaws.com"
            root = name.contains(".") ? "/\(name)/" : "/"
            return
        }
        guard
            let match = endpoint.wholeMatch(
                of: /(https?):\/\/((?:[A-Za-z0-9][A-Za-z0-9.\-]*|\[[0-9A-Fa-f:.]+\]))(?::([0-9]{1,5}))?\/?/)
        else { return nil }
        scheme = String(match.1)
        let isSecure = scheme == "https"
        let port = match.3.map { Int($0) ?? 0 } ?? (isSecure ? 443 : 80)
        guard (1...65_535).contains(port) else { return nil }
        let isDefault = port == (isSecure ? 443 : 80)
        host = match.2.lowercased() + (isDefault ? "" : ":\(port)")
        root = "/\(name)/"
    }

    /// Creates a bucket of a text: `s3://BUCKET`, and optionally `?endpoint=URL&region=REGION`, with values that may be
    /// percent-encoded.
    /// - Parameter region: Of a text without one.
    /// - Returns: Nil for another text; also for one with a user or password, which belong elsewhere.
    package init?(url text: String, region: String?) {
        guard let match = text.wholeMatch(of: /s3:\/\/([^\/?#@]+)\/?(?:\?([^#]*))?/) else { return nil }
        var values: [String: String] = [:]
        for pair in (match.2 ?? "").split(separator: "&") {
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard halves.count == 2, ["endpoint", "region"].contains(halves[0]), values[halves[0]] == nil,
                let value = S3Encoding.decode(halves[1]), !value.isEmpty
            else { return nil }
            values[halves[0]] = value
        }
        self.init(String(match.1), endpoint: values["endpoint"], region: values["region"] ?? region)
    }

    /// Where the bucket is, for a log: `s3://BUCKET at https://HOST`.
    package var address: StoreAddress { StoreAddress("s3://\(name) at \(scheme)://\(host)") }

    /// The address of the bucket's objects for clients, with a slash at its end (S2-140). The bucket is part of the
    /// host, unless its name has dots, which certificates do not cover.
    package var publicURL: String {
        root == "/" || name.contains(".") ? "\(scheme)://\(host)\(root)" : "\(scheme)://\(name).\(host)/"
    }

    /// The path of an object, percent-encoded; of the bucket for an empty key.
    func path(of key: String) -> String { root + S3Encoding.encode(key, keeping: UInt8(ascii: "/")) }
}

/// The access key with which requests are signed.
package struct BucketCredentials: Sendable {
    package let keyID: String
    package let secret: Secret<String>

    package init(keyID: String, secret: Secret<String>) {
        self.keyID = keyID
        self.secret = secret
    }
}

/// The timeouts of one kind of request, and how often it is sent.
package struct BucketLimits: Sendable {
    /// The timeout for connecting: name resolution, TCP and TLS.
    package var connecting = Duration.seconds(5)
    /// How long a transfer may run below 1 KiB/s.
    package var stall = Duration.seconds(15)
    /// The time of a request in all, with its repetitions and the waiting in between.
    package var total = Duration.seconds(60)
    /// How often a request is sent while its failures are temporary.
    package var attempts = 4
    /// The longest waiting before the second attempt; it doubles with each further one.
    package var delay = Duration.milliseconds(200)

    package init() {}

    /// One attempt, within a time.
    package static func once(within time: Duration) -> BucketLimits {
        var limits = BucketLimits()
        (limits.attempts, limits.total, limits.connecting) = (1, time, min(limits.connecting, time))
        return limits
    }
}
