// swift-tools-version: 6.3
import PackageDescription

// Helpers, then one line per target: the line is the list of its dependencies. An import that is not declared here
// fails the build (--explicit-target-dependency-import-check error).

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .treatAllWarnings(as: .error),
    // Debug builds, and so all tests, check exclusive access at run time; it costs a tenth of a small request.
    .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release)),
]

func arrows(_ names: [String]) -> [Target.Dependency] { names.map { .init(stringLiteral: $0) } }

/// An executable.
func process(_ name: String, _ uses: [String], resources: [Resource] = []) -> Target {
    .executableTarget(
        name: name, dependencies: arrows(uses), path: "Sources/\(name)", exclude: ["README.md"], resources: resources,
        swiftSettings: strict)
}

/// A library that several processes share. Without a path it is a folder of Sources with a README.md of its own.
func room(_ name: String, at path: String? = nil, _ uses: [String], resources: [Resource] = []) -> Target {
    .target(
        name: name, dependencies: arrows(uses), path: path ?? "Sources/\(name)",
        exclude: path == nil ? ["README.md"] : [], resources: resources, swiftSettings: strict)
}

/// A library that talks to one outside system.
func driver(_ name: String, _ uses: [String]) -> Target {
    room(name, at: "Sources/Drivers/\(name)", uses)
}

/// The headers of a C library of Debian: a module map and a shim.
func cLibrary(_ name: String, pkgConfig: String? = nil, debian: String? = nil) -> Target {
    .systemLibrary(
        name: name, path: "Sources/CModules/\(name)", pkgConfig: pkgConfig,
        providers: debian.map { [.apt([$0])] })
}

func tests(_ name: String, _ uses: [String], resources: [Resource] = []) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: arrows(uses), path: "Tests/\(name)Tests", resources: resources,
        swiftSettings: strict)
}

let package = Package(
    name: "SocialPlay",
    targets: [
        // Executables.
        process(
            "API",
            [
                "Features", "HTTP", "Crypto", "Jobs", "Storage", "MediaStoring", "Redis", "Postgres", "Domain",
                "Chassis",
            ],
            resources: [.embedInCode("Documents")]),
        process(
            "Workers",
            [
                "Features", "Jobs", "Storage", "MediaDecoding", "MediaStoring", "Mail", "Web", "Brokers", "Crypto",
                "HTTP", "Redis", "Postgres", "Domain", "Chassis",
            ]),
        process("Scheduler", ["Jobs", "Storage", "HTTP", "Redis", "Postgres", "Domain", "Chassis"]),

        // Shared libraries.
        room(
            "Features",
            [
                "Storage", "Jobs", "Postgres", "Redis", "Crypto", "Web", "MediaStoring", "ObjectStorage", "Domain",
                "Chassis",
            ]),
        room("Jobs", ["Redis", "Postgres", "Domain", "Chassis"], resources: [.embedInCode("Scripts")]),
        room(
            "Storage", ["Postgres", "Domain", "Chassis"],
            resources: [.embedInCode("Migrations"), .embedInCode("Functions")]),
        room(
            "MediaStoring", at: "Sources/Media/Storing", ["ObjectStorage", "Crypto", "Domain", "Chassis", "CLinux"]),
        room(
            "MediaDecoding", at: "Sources/Media/Decoding",
            ["MediaStoring", "Domain", "Chassis", "CVips", "CAVFormat", "CEBUR128", "CSandbox"]),
        room("Domain", [], resources: [.embedInCode("Data")]),
        room("Chassis", ["CLinux"]),

        // Drivers of outside systems.
        driver("Postgres", ["CPostgres", "CLinux", "Chassis"]),
        driver("Redis", ["CHiredis", "CLinux", "Chassis"]),
        driver("HTTP", ["CLLHTTP", "CLinux", "Chassis"]),
        driver("Crypto", ["CSodium", "CCrypt", "COpenSSL", "Chassis"]),
        driver("Mail", ["CCurl", "CLinux", "Domain", "Chassis"]),
        driver("Web", ["CCurl"]),
        driver("Brokers", ["CRabbitMQ", "CRDKafka", "Chassis"]),
        driver("ObjectStorage", ["CCurl", "Crypto", "Chassis"]),

        // C libraries.
        cLibrary("CLinux"),
        cLibrary("CPostgres", debian: "libpq-dev"),
        cLibrary("CHiredis", debian: "libhiredis-dev"),
        cLibrary("CSodium", debian: "libsodium-dev"),
        cLibrary("CCrypt", debian: "libcrypt-dev"),
        cLibrary("COpenSSL", debian: "libssl-dev"),
        cLibrary("CCurl", debian: "libcurl4-openssl-dev"),
        cLibrary("CRabbitMQ", debian: "librabbitmq-dev"),
        cLibrary("CRDKafka", debian: "librdkafka-dev"),
        cLibrary("CVips", pkgConfig: "vips", debian: "libvips-dev"),
        cLibrary("CAVFormat", debian: "libavformat-dev"),
        cLibrary("CEBUR128", debian: "libebur128-dev"),
        cLibrary("CSandbox"),
        .target(
            name: "CLLHTTP", path: "Sources/CModules/CLLHTTP",
            cSettings: [
                .define("LLHTTP_STRICT_MODE", to: "1"), .unsafeFlags(["-I/usr/share/include/llhttp"]),
            ]),

        // Benchmarks.
        .executableTarget(
            name: "JobBench", dependencies: arrows(["Jobs", "Storage", "Redis", "Postgres", "Domain", "Chassis"]),
            path: "scripts/bench/JobBench", swiftSettings: strict),
        .executableTarget(
            name: "AudioBench", dependencies: arrows(["MediaDecoding", "MediaStoring", "Chassis"]),
            path: "scripts/bench/AudioBench", swiftSettings: strict),

        // Tests.
        .target(
            name: "TestSupport",
            dependencies: arrows(["JobProbing", "Jobs", "Storage", "Redis", "Postgres", "Domain", "Chassis", "CLinux"]),
            path: "Tests/TestSupport",
            exclude: [
                "browser.py", "document_faults.py", "generated_client.py", "json_server.py", "oidc_issuer.py",
                "rabbitmq_server.py",
                "s3_server.py",
                "smtp_server.py", "tus_client.py", "validate_events.py", "web_server.py",
                "Resources",
            ],
            swiftSettings: strict),
        // Brokers of messages, and consumers that read them.
        .target(
            name: "BrokerServers", dependencies: arrows(["TestSupport", "CRabbitMQ", "CRDKafka", "Chassis"]),
            path: "Tests/BrokerServers", swiftSettings: strict),
        // A worker, a sweeper and a writer of jobs, which tests kill.
        .target(
            name: "JobProbing", dependencies: arrows(["Jobs"]), path: "Tests/JobProbing", swiftSettings: strict),
        .executableTarget(
            name: "JobProbe",
            dependencies: arrows(["JobProbing", "Jobs", "Storage", "Redis", "Postgres", "Domain", "Chassis"]),
            path: "Tests/JobProbe", swiftSettings: strict),
        tests("API", ["API"]),
        tests(
            "Features",
            [
                "Features", "Jobs", "Storage", "MediaStoring", "Crypto", "Redis", "Postgres", "TestSupport", "Domain",
                "Chassis",
            ]),
        tests("Chassis", ["Chassis", "CLinux"]),
        tests("Domain", ["Domain"]),
        tests("Postgres", ["Postgres", "TestSupport", "Chassis"]),
        tests("Redis", ["Redis", "TestSupport", "Chassis"]),
        tests("HTTP", ["HTTP", "TestSupport", "Chassis", "CLinux"]),
        tests("Crypto", ["Crypto", "Chassis"]),
        tests("Web", ["Web", "TestSupport", "Chassis"]),
        tests("Brokers", ["Brokers", "BrokerServers", "TestSupport", "Chassis"]),
        tests("Mail", ["Mail", "TestSupport", "Domain", "Chassis"]),
        tests("ObjectStorage", ["ObjectStorage", "TestSupport", "Crypto", "Chassis"]),
        tests(
            "Media", ["MediaDecoding", "MediaStoring", "ObjectStorage", "Crypto", "TestSupport", "Domain", "Chassis"]),
        tests("Jobs", ["Jobs", "Storage", "Redis", "Postgres", "TestSupport", "Domain", "Chassis"]),
        .testTarget(
            name: "JobConformanceTests",
            dependencies: arrows([
                "JobProbe", "JobProbing", "Jobs", "Storage", "Redis", "Postgres", "TestSupport", "Domain", "Chassis",
            ]), path: "Tests/JobConformanceTests", swiftSettings: strict),
        tests("Storage", ["Storage", "Postgres", "TestSupport", "Domain", "Chassis"]),
        tests("Scheduler", ["Scheduler", "Jobs", "Storage", "Redis", "Postgres", "TestSupport", "Domain", "Chassis"]),
        tests(
            "Workers",
            [
                "Workers", "Features", "Brokers", "Jobs", "Storage", "MediaDecoding", "MediaStoring", "Crypto", "Redis",
                "Postgres", "BrokerServers", "TestSupport", "Domain", "Chassis",
            ]),
        tests(
            "EndToEnd",
            [
                "BrokerServers", "TestSupport", "Crypto", "Storage", "Redis", "Postgres", "Domain", "Chassis", "CLinux",
            ]),
    ]
)
