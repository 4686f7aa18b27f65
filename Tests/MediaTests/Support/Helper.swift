import Glibc
import MediaDecoding

/// The program that decodes: the product's `Workers`, built beside the tests.
enum Helper {
    static let executable: String = {
        var path = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &path, path.count - 1)
        let own = String(decoding: path.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let products = own.split(separator: "/").dropLast().joined(separator: "/")
        return "/\(products)/Workers"
    }()

    static func decoder(deadline: Duration = .seconds(15), jobsPerHelper: Int = 200) -> PictureDecoder {
        PictureDecoder(executable: executable, deadline: deadline, jobsPerHelper: jobsPerHelper)
    }
}
