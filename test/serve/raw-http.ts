import { once } from "node:events";
import { createServer, connect, type AddressInfo, type Socket } from "node:net";

import { running } from "./serving.ts";

/** What an upstream has got, and what it answers, byte by byte. */
export async function rawUpstream(answer: (socket: Socket) => void): Promise<{
  readonly url: string;
  /** The requests as they came, one for each connection. */
  readonly received: string[];
}> {
  const received: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    const index = received.push("") - 1;
    let answered = false;
    socket.on("error", () => undefined);
    socket.on("data", (bytes: Buffer) => {
      const request = `${received[index]!}${bytes.toString("latin1")}`;
      received[index] = request;
      if (answered || !request.includes("\r\n\r\n")) return;
      answered = true;
      answer(socket);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  running.push(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, "close");
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

/** Sends bytes as they are, and resolves with all that comes back until the connection is closed. */
export async function sendRaw(url: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let answer = "";
  socket.on("data", (chunk: Buffer) => (answer += chunk.toString("latin1")));
  socket.on("error", () => undefined);
  socket.write(bytes, "latin1");
  await once(socket, "close");
  return answer;
}

/** The JSON of an answer as it came. */
export const bodyOf = (answer: string): unknown => JSON.parse(answer.slice(answer.indexOf("\r\n\r\n") + 4)) as unknown;
