import Chassis
import MediaStoring

extension PictureReport {
    /// What responses show of the picture, as a JSON object (S1-55).
    package var metadata: [UInt8] {
        var writer = JSONWriter()
        writer.object { object in
            object.member("width", width)
            object.member("height", height)
            object.member("format", format.rawValue)
        }
        return writer.bytes
    }
}
