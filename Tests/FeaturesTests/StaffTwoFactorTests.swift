import Chassis
import Crypto
import Domain
import Jobs
import Postgres
import Storage
import TestSupport
import Testing

@testable import Features

/// Two-factor login of those who have a role.
@Suite(.database) struct StaffTwoFactorTests {
    @Test func `staff without two-factor login may log in, and use no power of their role`() async throws {
        try await FeatureHarness.open(needsTwoFactorOfStaff: true) { features in
            let ada = try await features.register("ada")
            let bob = try await features.user("bob")
            try await features.make(.admin, ada.caller.user)
            let administration = features.accounts.administration
            let refusal = await expect(.twoFactorSetupRequired, .forbidden) {
                try await administration.setRole(.moderator, of: bob.user, by: ada.caller)
            }
            #expect(refusal != nil)
            await expect(.twoFactorSetupRequired) {
                try await administration.setActive(false, of: bob.user, by: ada.caller)
            }
            await expect(.twoFactorSetupRequired) {
                try await administration.resetTwoFactor(of: bob.user, by: ada.caller)
            }
            await expect(.twoFactorSetupRequired) {
                try await features.profiles.update(ProfileChanges(), of: bob.user, by: ada.caller)
            }
            await expect(.roleRequired) { try await administration.setRole(.user, of: ada.caller.user, by: bob) }
            let withheld = Statement("test_role", "SELECT has_role($1, 'MODERATOR', 'ADMIN')")
            #expect(try await features.flag(withheld, ada.caller.user) == false)
            #expect(try await features.accounts.twoFactor.read(by: ada.caller).isRequired)
            #expect(try await !features.accounts.twoFactor.read(by: bob).isRequired)
            _ = try await features.logIn("ada")

            _ = try await features.enable(ada.caller)
            #expect(try await features.flag(withheld, ada.caller.user) == true)
            #expect(try await features.flag(withheld, bob.user) == false)
            let profile = try await administration.setRole(.moderator, of: bob.user, by: ada.caller)
            #expect(profile.account.role == .moderator)
        }
    }

    @Test func `without the setting staff need no second factor`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = (try await features.user("ada"), try await features.user("bob"))
            try await features.make(.admin, ada.user)
            _ = try await features.accounts.administration.setRole(.moderator, of: bob.user, by: ada)
            #expect(try await !features.accounts.twoFactor.read(by: ada).isRequired)
        }
    }

    @Test func `an administrator resets the second factor of others, and not of administrators`() async throws {
        try await FeatureHarness.open { features in
            let (ada, _, _) = try await features.enabled("ada")
            let root = try await features.user("root")
            let administration = features.accounts.administration
            await expect(.roleRequired) { try await administration.resetTwoFactor(of: ada.caller.user, by: root) }
            try await features.make(.admin, root.user)
            await expect(.accountNotFound) {
                try await administration.resetTwoFactor(of: FeatureHarness.id(), by: root)
            }
            await expect(.twoFactorNotEnabled) {
                try await administration.resetTwoFactor(of: self.other(features), by: root)
            }
            try await features.make(.admin, ada.caller.user)
            await expect(.administratorProtected) {
                try await administration.resetTwoFactor(of: ada.caller.user, by: root)
            }
            try await features.make(.user, ada.caller.user)
            _ = try await administration.resetTwoFactor(of: ada.caller.user, by: root)
            #expect(try await !features.isOpen(ada.caller))
            _ = try await features.logIn("ada")
            #expect(try await features.jobs.enqueuedKinds().contains(SendTwoFactorChanged.kind))
        }
    }

    private func other(_ features: FeatureHarness) async throws -> UserID { try await features.user("other").user }
}
