import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What an OTLP endpoint was sent, as JSON; it answers with a status. */
export async function otlpReceiver(
  status = 200,
): Promise<AsyncDisposable & { url: string; bodies: string[] }> {
  const bodies: string[] = [];
  const server = createServer(async (incoming, response) => {
    let body = '';
    for await (const part of incoming) body += part;
    bodies.push(`${incoming.url} ${body}`);
    response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bodies,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
