import Chassis
import MediaDecoding
import MediaStoring

extension AudioReport {
    /// What responses show of a recording, as a JSON object (S1-60, S1-153, S1-154): seconds to the millisecond, and
    /// kbit/s.
    var metadata: [UInt8] {
        var writer = JSONWriter()
        writer.object { object in
            object.member("duration", duration.inThousandths)
            object.member("bitrate", (bitrate + 500) / 1_000)
            object.member("format", format.rawValue)
            object.member("codec", codec)
            object.member("sampleRate", sampleRate)
            object.member("channels", channels)
            for name in ["title", "artist", "album", "genre"] {
                if let value = tags[name] { object.member(named: name, value) }
            }
            if let year { object.member("year", year) }
        }
        return writer.bytes
    }

    /// The year at the beginning of the date, in which files write anything.
    private var year: Int? {
        guard let date = tags["date"] ?? tags["year"] else { return nil }
        let digits = date.prefix(4)
        guard digits.count == 4, let year = Int(digits), (1...9_999).contains(year) else { return nil }
        return year
    }
}

extension Loudness {
    /// `{"loudness": {…}}`, without the values that silence does not have.
    var metadata: [UInt8] {
        var writer = JSONWriter()
        writer.object { object in
            object.object("loudness") { loudness in
                if let integrated { loudness.member("integrated", integrated.inThousandths) }
                if let range { loudness.member("range", range.inThousandths) }
                if let truePeak { loudness.member("truePeak", truePeak.inThousandths) }
            }
        }
        return writer.bytes
    }
}

extension Double {
    /// Rounded to three digits after the point.
    fileprivate var inThousandths: Double { (self * 1_000).rounded() / 1_000 }
}
