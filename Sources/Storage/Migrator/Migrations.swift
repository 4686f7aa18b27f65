extension [Migration] {
    /// Every step of the product's schema, in order.
    package static var all: [Migration] {
        [
            Migration(name: "m0001_foundation", embedded: PackageResources.m0001_foundation_sql)
        ]
    }
}
