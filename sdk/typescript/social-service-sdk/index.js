// The Social Service's client under its earlier name: everything is in the package socialplay.
export * from "socialplay";
