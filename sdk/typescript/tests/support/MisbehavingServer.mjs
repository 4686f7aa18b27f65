import { createServer } from "node:http";
import { once } from "node:events";

/** A real HTTP server that does to each request what the next of its steps says, and remembers what it was asked. */
export class MisbehavingServer {
  #server;
  #steps = [];
  /** `{ method, url, headers, body, at }`, in the order in which they came. */
  requests = [];

  static async start() {
    const server = new MisbehavingServer();
    await server.#listen();
    return server;
  }

  /** Forgets everything, and does this from now on; the last step is for all further requests too. */
  will(...steps) {
    this.#steps = steps;
    this.requests = [];
  }

  get url() {
    return `http://127.0.0.1:${this.#server.address().port}/social`;
  }

  async stop() {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  async #listen() {
    this.#server = createServer(async (request, response) => {
      const { method, url, headers } = request;
      const entry = { method, url, headers, body: "", at: performance.now() };
      this.requests.push(entry);
      const step = this.#steps.length > 1 ? this.#steps.shift() : this.#steps[0];
      for await (const chunk of request) entry.body += chunk;
      step(response);
    });
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
  }
}

/** Answers as the product does. */
export const answer = (status, body, headers = {}) => (response) => {
  response.writeHead(status, { "Content-Type": "application/json", "X-Request-Id": "request-1", ...headers });
  response.end(body === undefined ? undefined : JSON.stringify(body));
};

/** Answers with an error as the product does. */
export const refuse = (status, code, headers) =>
  answer(
    status,
    { error: code, message: `It is ${code}`, statusCode: status, timestamp: "2024-03-15T10:30:00Z", path: "/v1/x" },
    headers,
  );

/** Says nothing and hangs up. */
export const hangUp = (response) => response.destroy();

/** Says nothing at all. */
export const stayQuiet = () => {};

/** Begins to answer and hangs up. */
export const breakOff = (response) => {
  response.writeHead(200, { "Content-Type": "application/json", "Content-Length": "1000" });
  response.write("{", () => response.destroy());
};

/** Begins to answer and says no more. */
export const stall = (response) => {
  response.writeHead(200, { "Content-Type": "application/json" });
  response.write("{");
};
