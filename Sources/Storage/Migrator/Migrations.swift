extension [Migration] {
    /// Every step of the product's schema, in order.
    package static var all: [Migration] {
        [
            Migration(name: "m0001_foundation", embedded: PackageResources.m0001_foundation_sql),
            Migration(name: "m0002_jobs", embedded: PackageResources.m0002_jobs_sql),
            Migration(name: "m0003_upkeep", embedded: PackageResources.m0003_upkeep_sql),
            Migration(name: "m0004_identity", embedded: PackageResources.m0004_identity_sql),
            Migration(name: "m0005_social", embedded: PackageResources.m0005_social_sql),
            Migration(name: "m0006_notifications", embedded: PackageResources.m0006_notifications_sql),
            Migration(name: "m0007_job_names", embedded: PackageResources.m0007_job_names_sql),
            Migration(name: "m0009_notification_kinds", embedded: PackageResources.m0009_notification_kinds_sql),
        ]
    }
}
