/// The colours of full red, green and blue, and of white, as chromaticities of CIE 1931.
struct Primaries: Equatable {
    let red: SIMD2<Float>
    let green: SIMD2<Float>
    let blue: SIMD2<Float>
    let white: SIMD2<Float>

    private static let daylight = SIMD2<Float>(0.3127, 0.329)

    /// Of sRGB too.
    static let bt709 = Primaries(red: [0.64, 0.33], green: [0.3, 0.6], blue: [0.15, 0.06], white: daylight)
    static let bt2020 = Primaries(red: [0.708, 0.292], green: [0.17, 0.797], blue: [0.131, 0.046], white: daylight)
    static let displayP3 = Primaries(red: [0.68, 0.32], green: [0.265, 0.69], blue: [0.15, 0.06], white: daylight)

    init(red: SIMD2<Float>, green: SIMD2<Float>, blue: SIMD2<Float>, white: SIMD2<Float>) {
        self.red = red
        self.green = green
        self.blue = blue
        self.white = white
    }

    /// - Parameter code: ColourPrimaries of ITU-T H.273, table 2.
    init?(code: Int) {
        switch code {
        case 1: self = .bt709
        case 9: self = .bt2020
        case 12: self = .displayP3
        default: return nil
        }
    }

    /// Whether the picture hardly differs if it is shown with the other ones.
    func isClose(to other: Primaries) -> Bool {
        [(red, other.red), (green, other.green), (blue, other.blue), (white, other.white)].allSatisfy { own, other in
            abs(own.x - other.x) < 0.003 && abs(own.y - other.y) < 0.003
        }
    }

    /// The columns of the matrix from light of these colours to light of sRGB. White becomes white, whatever its
    /// colour.
    var toSRGB: (SIMD3<Float>, SIMD3<Float>, SIMD3<Float>) {
        let target = Self.bt709.columns
        let inverse = Self.inverse(target)
        let (red, green, blue) = columns
        return (Self.product(inverse, red), Self.product(inverse, green), Self.product(inverse, blue))
    }

    /// The columns of the matrix from light of these colours to XYZ. The white of daylight stands for each white.
    private var columns: (SIMD3<Float>, SIMD3<Float>, SIMD3<Float>) {
        let colours = (Self.xyz(red), Self.xyz(green), Self.xyz(blue))
        let scale = Self.product(Self.inverse(colours), Self.xyz(white))
        let adapted = Self.xyz(Self.daylight) / Self.xyz(white)
        return (colours.0 * scale.x * adapted, colours.1 * scale.y * adapted, colours.2 * scale.z * adapted)
    }

    private static func xyz(_ place: SIMD2<Float>) -> SIMD3<Float> {
        SIMD3(place.x / place.y, 1, (1 - place.x - place.y) / place.y)
    }

    private typealias Matrix = (SIMD3<Float>, SIMD3<Float>, SIMD3<Float>)

    private static func product(_ matrix: Matrix, _ vector: SIMD3<Float>) -> SIMD3<Float> {
        matrix.0 * vector.x + matrix.1 * vector.y + matrix.2 * vector.z
    }

    private static func cross(_ a: SIMD3<Float>, _ b: SIMD3<Float>) -> SIMD3<Float> {
        SIMD3(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x)
    }

    private static func inverse(_ matrix: Matrix) -> Matrix {
        let rows = (cross(matrix.1, matrix.2), cross(matrix.2, matrix.0), cross(matrix.0, matrix.1))
        let determinant = (matrix.0 * rows.0).sum()
        return (
            SIMD3(rows.0.x, rows.1.x, rows.2.x) / determinant, SIMD3(rows.0.y, rows.1.y, rows.2.y) / determinant,
            SIMD3(rows.0.z, rows.1.z, rows.2.z) / determinant
        )
    }
}
