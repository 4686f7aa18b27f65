import Chassis
import Glibc
import Postgres
import Storage

/// `API migrate [--dry-run]`: upgrades the schema to the version of this program.
struct Migrate {
    private let url: Secret<String>
    private let isDryRun: Bool

    init(_ environment: [String: String], isDryRun: Bool) throws {
        var reader = SettingsReader(environment)
        url = StorageSettings.database(&reader, process: "migrate").url
        try reader.finish()
        self.isDryRun = isDryRun
    }

    func run() throws -> Never {
        let steps = try isDryRun ? Migrator().plan(url).names : Migrator().migrate(url)
        if steps.isEmpty { print("schema is up to date") }
        for step in steps { print(isDryRun ? "would apply \(step)" : "applied \(step)") }
        exit(0)
    }
}
