import Chassis
import FoundationEssentials
import MediaStoring

extension PictureReport {
    /// What responses show of the picture, as a JSON object (S1-55), its ThumbHash in base64 and its
    /// colour as `#rrggbb`.
    package var metadata: [UInt8] {
        var writer = JSONWriter()
        writer.object { object in
            object.member("width", width)
            object.member("height", height)
            object.member("format", format.rawValue)
            object.member("placeholder", Data(placeholder).base64EncodedString())
            object.member("color", color.hexadecimal)
        }
        return writer.bytes
    }
}
