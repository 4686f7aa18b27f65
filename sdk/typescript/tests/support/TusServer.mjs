import { createHash, randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";

/** A real HTTP server of tus 1.0 (creation, termination, checksum), for products without uploads in parts. */
export class TusServer {
  #server;
  #uploads = new Map();
  #files = new Map();

  static async start() {
    const server = new TusServer();
    server.#server = createServer((request, response) => void server.#answer(request, response));
    server.#server.listen(0, "127.0.0.1");
    await once(server.#server, "listening");
    return server;
  }

  get url() {
    return `http://127.0.0.1:${this.#server.address().port}`;
  }

  async stop() {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  async #answer(request, response) {
    const pieces = [];
    for await (const piece of request) pieces.push(piece);
    const [, , kind, id, status] = request.url.split("/");
    const reply = kind === "uploads"
      ? this.#upload(request, id, Buffer.concat(pieces)) : this.#file(id, status === "status");
    const { code, headers = {}, body } = reply;
    const content = body === undefined || Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
    response.writeHead(code, {
      "Tus-Resumable": "1.0.0", "X-Request-Id": "request-1", ...content !== undefined && { "Content-Length": content.length },
      "Content-Type": Buffer.isBuffer(body) ? "application/octet-stream" : "application/json", ...headers,
    });
    response.end(request.method === "HEAD" ? undefined : content);
  }

  #upload({ method, headers }, id, bytes) {
    if (headers["tus-resumable"] !== "1.0.0") return refuse(412, "Tus-Resumable must be 1.0.0");
    if (method === "POST") {
      const metadata = Object.fromEntries(headers["upload-metadata"].split(",").map((pair) => {
        const [name, value] = pair.split(" ");
        return [name, Buffer.from(value, "base64").toString()];
      }));
      if (metadata.trackId !== undefined) return refuse(404, "Track not found");
      const made = randomUUID();
      this.#uploads.set(made, { length: Number(headers["upload-length"]), metadata, bytes: Buffer.alloc(0) });
      return { code: 201, headers: { Location: `http://public.example/media/uploads/${made}` } };
    }
    const stored = this.#files.get(id);
    const upload = this.#uploads.get(id) ?? (stored && { length: stored.bytes.length, bytes: stored.bytes });
    if (upload === undefined) return refuse(404, "Upload not found");
    if (method === "DELETE") return this.#uploads.delete(id) ? { code: 204 } : refuse(404, "Upload not found");
    if (method === "PATCH") {
      if (Number(headers["upload-offset"]) !== upload.bytes.length) return refuse(409, "Another offset");
      const [, digest] = (headers["upload-checksum"] ?? "").split(" ");
      if (digest !== undefined && digest !== createHash("sha1").update(bytes).digest("base64")) {
        return refuse(460, "Another checksum");
      }
      upload.bytes = Buffer.concat([upload.bytes, bytes]);
      if (upload.metadata.purpose === "track" && upload.bytes.toString("latin1", 0, 4) !== "RIFF") {
        this.#uploads.delete(id);
        return refuse(400, "File must be a recording");
      }
      if (upload.bytes.length === upload.length) {
        this.#uploads.delete(id);
        this.#files.set(id, upload);
      }
    }
    const offset = { "Upload-Offset": upload.bytes.length };
    return method === "PATCH" ? { code: 204, headers: offset } : { code: 200, headers: { ...offset, "Upload-Length": upload.length } };
  }

  #file(id, isStatus) {
    const found = this.#files.get(id);
    if (found === undefined) return refuse(404, "File not found");
    if (!isStatus) return { code: 200, body: found.bytes };
    const { purpose, filename } = found.metadata;
    const file = {
      fileId: id, userId: "1", type: purpose, originalName: filename, fileName: id, size: found.length,
      mimeType: purpose === "track" ? "audio/wav" : "application/octet-stream", url: `http://public.example/${id}`,
    };
    return { code: 200, body: { success: true, file, status: "ready" } };
  }
}

const refuse = (code, error) => ({ code, body: { success: false, error } });
