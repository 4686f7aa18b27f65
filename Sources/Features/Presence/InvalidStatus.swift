/// Somebody wants to be something that one cannot be.
struct InvalidStatus: Error {}
