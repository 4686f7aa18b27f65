// The client has every operation that the product describes, and no other.
import assert from "node:assert/strict";
import { it } from "node:test";
import { operations } from "../dist/operations.js";
import { productUrl } from "./support/product.mjs";

const methods = ["get", "post", "put", "delete", "patch", "head", "options", "trace"];

/** Some operations only refuse, such as the status that does not exist: no method is needed for them. */
const canSucceed = ({ responses }) => Object.keys(responses).some((status) => status.startsWith("2"));

it("has exactly the operations of the product's OpenAPI document", async () => {
  const response = await fetch(`${productUrl()}/openapi.json`);
  assert.equal(response.status, 200, "The product does not serve /openapi.json");
  const { openapi, paths } = await response.json();
  assert.match(openapi, /^3\.1\./);

  const described = Object.entries(paths)
    .filter(([path]) => path.startsWith("/v1/") || path.startsWith("/integration/"))
    .flatMap(([path, item]) =>
      methods.filter((method) => item[method] && canSucceed(item[method]))
        .map((method) => `${method.toUpperCase()} ${path}`));
  const own = Object.values(operations).map(({ method, path }) => `${method} ${path}`);
  assert.deepEqual(own.sort(), described.sort());
});
