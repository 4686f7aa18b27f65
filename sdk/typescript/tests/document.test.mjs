// The clients have every operation that the product describes, and no other.
import assert from "node:assert/strict";
import { it } from "node:test";
import { accountOperations } from "../dist/account/Session.js";
import { musiciansOperations } from "../dist/musicians/musiciansOperations.js";
import { mediaOperations, uploadOperations } from "../dist/media/mediaOperations.js";
import { operations } from "../dist/operations.js";
import { socialPlayOperations } from "../dist/socialPlay/socialPlayOperations.js";
import { productUrl } from "./support/product.mjs";

const methods = ["get", "post", "put", "delete", "patch", "head", "options", "trace"];

/** Some operations only refuse, such as the status that does not exist: no method is needed for them. */
const canSucceed = ({ responses }) => Object.keys(responses).some((status) => status.startsWith("2"));

/**
 * What a client of tus 1.0 need not ask, and what is for clients that can send no PATCH; and what is behind an address
 * that an upload answers, for whatever shows pictures.
 */
const uncalled = [
  "OPTIONS /media/uploads", "OPTIONS /media/uploads/{uploadId}", "POST /media/uploads/{uploadId}",
  "GET /media/file/{userId}/{fileName}",
];

/** Second names of other operations. */
const aliases = ["POST /social/unfollow/{userId}", "GET /social/profile/{username}"];

/** `GET /v1/friends` and so on, of the operations whose path begins so. */
async function described(...prefixes) {
  const response = await fetch(`${productUrl()}/openapi.json`);
  assert.equal(response.status, 200, "The product does not serve /openapi.json");
  const { openapi, paths } = await response.json();
  assert.match(openapi, /^3\.1\./);
  return Object.entries(paths)
    .filter(([path]) => prefixes.some((prefix) => path.startsWith(prefix)))
    .flatMap(([path, item]) =>
      methods.filter((method) => item[method] && canSucceed(item[method]))
        .map((method) => `${method.toUpperCase()} ${path}`))
    .sort();
}

const own = (table) => Object.values(table).map(({ method, path }) => `${method} ${path}`).sort();

it("has exactly the operations of the Social Service's OpenAPI document", async () => {
  assert.deepEqual(own(operations), await described("/v1/", "/integration/"));
});

it("has exactly the operations of the OpenAPI document of media", async () => {
  assert.deepEqual(
    own({ ...mediaOperations, ...uploadOperations }),
    (await described("/media/")).filter((operation) => !uncalled.includes(operation)));
});

it("has exactly the operations of the OpenAPI document of accounts, profiles and follows", async () => {
  assert.deepEqual(
    own({ ...accountOperations, ...musiciansOperations }),
    (await described("/auth/", "/users", "/social/")).filter((operation) => !aliases.includes(operation)));
});

it("has exactly the operations of the OpenAPI document of SocialPlay", async () => {
  // The same as PUT.
  const alias = "POST /api/v1/users/me/two-factor/confirm";
  assert.deepEqual(
    own(socialPlayOperations), (await described("/api/v1/")).filter((operation) => operation !== alias));
});
