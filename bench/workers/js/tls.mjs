// A TLS terminator before the engine, as a council's proxy is one: a connection in is a connection out.
// node tls.mjs KEY CERTIFICATE PORT ENGINE_PORT
import { readFileSync } from "node:fs";
import net from "node:net";
import tls from "node:tls";

const [key, cert, port, enginePort] = process.argv.slice(2);
tls.createServer({ key: readFileSync(key), cert: readFileSync(cert), noDelay: true }, (client) => {
  const engine = net.connect({ host: "127.0.0.1", port: Number(enginePort), noDelay: true });
  client.pipe(engine).pipe(client);
  for (const end of [client, engine]) end.on("error", () => { client.destroy(); engine.destroy(); });
}).listen(Number(port), "127.0.0.1");
